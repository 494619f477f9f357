import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import { fileFailed } from "./file-error.ts";
import { openOwnFile } from "./safe-file.ts";

// A short call is made at once: the hop to another thread and back costs more. The disk is waited for on that thread.
const flush = promisify(fdatasync);

/** A file of lines as it was read. */
export type LineFile = Readonly<{
  /** Changes whenever the file does, by whichever process. */
  mark: string;
  /** Whole lines, without what follows the last line break: that was never acknowledged. */
  lines: readonly string[];
  /** Where the next line goes. **Units** bytes. */
  end: number;
}>;

/** What `markOf` says of a file that is not there. */
export const noFile = "none";

/** The mark of a file as it is now. */
export function markOf(path: string): string {
  try {
    return markFrom(lstatSync(path, { bigint: true }));
  } catch {
    return noFile;
  }
}

/** Reads a file of ours; `undefined` when there is none. @throws `files.unsafe`, `files.failed` */
export async function readLines(path: string): Promise<LineFile | undefined> {
  const file = await openOwnFile(path);
  if (!file) return undefined;
  try {
    const { mark } = statOf(file.fd);
    const bytes = await file.readFile();
    const end = bytes.lastIndexOf(0x0a) + 1;
    const lines = end === 0 ? [] : bytes.toString("utf8", 0, end - 1).split("\n");
    return { mark, lines, end };
  } catch (error) {
    throw fileFailed(path, "read", error);
  } finally {
    await file.close();
  }
}

/** A file as it was seen, and where its next line goes. */
export type Seen = Readonly<{ mark: string; end: number }>;

/** A stretch of a file. **Units** bytes. */
export type Stretch = Readonly<{ at: number; bytes: number }>;

/**
 * Adds a line to a file that is as it was seen; it is on the disk after the return. Half a line that a power cut left
 * goes first. After a failure nobody knows what the disk has, so the file must be replaced.
 *
 * @throws `files.unsafe`, `files.failed`, also when the file is another by now
 */
export async function appendLine(path: string, line: string, seen: Seen): Promise<Seen> {
  return withSeen(path, seen, async (file) => {
    const after = addTo(file, Buffer.from(`${line}\n`), seen.end);
    await flush(file);
    return after;
  });
}

/** A line with where it begins. **Units** bytes. */
export type PlacedLine = Readonly<{ at: number; line: string }>;

/**
 * As `appendLine`, for several lines with one wait for the disk. Gives them as they read back from the file. `former`
 * are lines that stand in their way, and are blanked before.
 */
export async function appendVerified(
  path: string,
  lines: readonly string[],
  seen: Seen,
  former: readonly Stretch[],
): Promise<Seen & { written: readonly PlacedLine[] }> {
  return withSeen(path, seen, async (file) => {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
    for (const stretch of former) blank(file, stretch);
    const after = addTo(file, bytes, seen.end);
    const written = readBack(file, lines, seen.end);
    await flush(file);
    return { ...after, written };
  });
}

function readBack(file: number, lines: readonly string[], from: number): PlacedLine[] {
  let at = from;
  return lines.map((line) => {
    const bytes = Buffer.alloc(Buffer.byteLength(line));
    const length = readSync(file, bytes, 0, bytes.length, at);
    const placed = { at, line: bytes.toString("utf8", 0, length) };
    at += bytes.length + 1;
    return placed;
  });
}

/**
 * Overwrites a line with spaces in a file that is as it was seen. No reader finds it when the call returns, and a
 * power cut does not bring it back once `syncFile` has returned after it.
 *
 * @throws as `appendLine`
 */
export async function blankLine(path: string, place: Stretch, seen: Seen): Promise<Seen> {
  return withSeen(path, seen, async (file) => {
    blank(file, place);
    return { mark: statOf(file).mark, end: seen.end };
  });
}

/** Puts on the disk what any process wrote to a file. @throws `files.failed` */
export async function syncFile(path: string): Promise<void> {
  return withFile(path, flush);
}

/** Runs without a pause up to the first wait of `change`, so that two changes of one process never mix. */
async function withSeen<T>(path: string, seen: Seen, change: (file: number) => Promise<T>): Promise<T> {
  return withFile(path, (file) => {
    if (statOf(file).mark === seen.mark) return change(file);
    throw Object.assign(new Error("The file has changed."), { code: "changed" });
  });
}

async function withFile<T>(path: string, use: (file: number) => Promise<T>): Promise<T> {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: number | undefined;
  try {
    // Windows has neither of the last two.
    file = openSync(path, O_RDWR | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    return await use(file);
  } catch (error) {
    throw fileFailed(path, "written", error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function addTo(file: number, bytes: Uint8Array, end: number): Seen {
  if (statOf(file).size > end) ftruncateSync(file, end);
  writeAll(file, bytes, end);
  return { mark: statOf(file).mark, end: end + bytes.length };
}

function blank(file: number, { at, bytes }: Stretch): void {
  writeAll(file, Buffer.alloc(bytes, " "), at);
}

/** Writes all bytes from a place in the file on. */
export function writeAll(file: number, bytes: Uint8Array, from: number): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, bytes.length - at, from + at);
}

function statOf(file: number) {
  const stats = fstatSync(file, { bigint: true });
  return { size: Number(stats.size), mark: markFrom(stats) };
}

function markFrom({ ino, mtimeNs, size }: { ino: bigint; mtimeNs: bigint; size: bigint }): string {
  return `${ino}:${mtimeNs}:${size}`;
}

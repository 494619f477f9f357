import { constants } from "node:fs";
import { type FileHandle, lstat, open } from "node:fs/promises";
import { fileFailed } from "./file-error.ts";
import { openOwnFile } from "./safe-file.ts";

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
export async function markOf(path: string): Promise<string> {
  try {
    return markFrom(await lstat(path, { bigint: true }));
  } catch {
    return noFile;
  }
}

/** Reads a file of ours; `undefined` when there is none. @throws `files.unsafe`, `files.failed` */
export async function readLines(path: string): Promise<LineFile | undefined> {
  const file = await openOwnFile(path);
  if (!file) return undefined;
  try {
    const { mark } = await statOf(file);
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

/**
 * Adds a line to a file that is as it was seen; it is on the disk after the return. Half a line that a power cut left
 * goes first. After a failure nobody knows what the disk has, so the file must be replaced.
 *
 * @throws `files.unsafe`, `files.failed`, also when the file is another by now
 */
export async function appendLine(path: string, line: string, seen: Seen): Promise<Seen> {
  return changeFile(path, seen, (file, size) => addTo(file, size, Buffer.from(`${line}\n`), seen.end));
}

/** As `appendLine`, with the line as it reads back from the file. */
export async function appendVerified(
  path: string,
  line: string,
  seen: Seen,
): Promise<Seen & { written: string }> {
  return changeFile(path, seen, async (file, size) => {
    const bytes = Buffer.from(`${line}\n`);
    const after = await addTo(file, size, bytes, seen.end);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes.length), 0, bytes.length, seen.end);
    return { ...after, written: buffer.toString("utf8", 0, Math.max(0, bytesRead - 1)) };
  });
}

async function addTo(file: FileHandle, size: number, bytes: Uint8Array, end: number): Promise<Seen> {
  if (size > end) await file.truncate(end);
  await writeAll(file, bytes, end);
  await file.datasync();
  return { mark: (await statOf(file)).mark, end: end + bytes.length };
}

/**
 * Overwrites a line with spaces, on the disk after the return, in a file that is as it was seen.
 *
 * @throws as `appendLine`
 */
export async function blankLine(
  path: string,
  place: Readonly<{ at: number; bytes: number }>,
  seen: Seen,
): Promise<Seen> {
  return changeFile(path, seen, async (file) => {
    await writeAll(file, Buffer.alloc(place.bytes, " "), place.at);
    await file.datasync();
    return { mark: (await statOf(file)).mark, end: seen.end };
  });
}

async function changeFile<T>(
  path: string,
  seen: Seen,
  change: (file: FileHandle, size: number) => Promise<T>,
): Promise<T> {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    const file = await open(path, O_RDWR | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    try {
      const { size, mark } = await statOf(file);
      if (mark !== seen.mark) throw Object.assign(new Error("The file has changed."), { code: "changed" });
      return await change(file, size);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFailed(path, "written", error);
  }
}

/** Writes all bytes from a place in the file on. @returns where they end */
export async function writeAll(file: FileHandle, bytes: Uint8Array, from: number): Promise<number> {
  for (let at = 0; at < bytes.length; )
    at += (await file.write(bytes, at, bytes.length - at, from + at)).bytesWritten;
  return from + bytes.length;
}

async function statOf(file: FileHandle) {
  const stats = await file.stat({ bigint: true });
  return { size: Number(stats.size), mark: markFrom(stats) };
}

function markFrom({ ino, mtimeNs, size }: { ino: bigint; mtimeNs: bigint; size: bigint }): string {
  return `${ino}:${mtimeNs}:${size}`;
}

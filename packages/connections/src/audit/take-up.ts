import { createHash, randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type BeforeChain, beforeFirst, type ChainPoint, decodeRecord, encodeRecord } from "./record.ts";
import {
  activeName,
  beforeChainName,
  closedName,
  hasCode,
  listClosed,
  openClosed,
  openOwn,
  syncFolder,
} from "./segment-files.ts";
import { readBackwards, readFirstLine, readHeader, readLastRecord } from "./tail.ts";

/** Where the next entry goes. Equal size and file mean that nobody else wrote since. */
export type Tail = Readonly<{
  logId: string;
  segment: number;
  startedAt: string;
  point: ChainPoint;
  size: number;
  inode: number;
}>;

/** What a crash, or somebody, left: an incomplete last line, one that is no entry, or fewer entries than there were. */
export type Repair = "torn-line" | "damaged" | "cut-tail";

export type TakenUp = Readonly<{ file: FileHandle; tail: Tail; repairs: readonly Repair[] }>;

/**
 * Opens the active segment at its end, under the lock. Whatever a crash left half done is ended first: a closing, a
 * beginning, an incomplete line. A log without a chain is put aside and a chain begins behind it.
 */
export async function takeUp(folder: string, now: Date, former: Tail | undefined): Promise<TakenUp> {
  const repairs: Repair[] = [];
  for (;;) {
    const file = await openOwn(join(folder, activeName), constants.O_RDWR | constants.O_APPEND);
    if (!file) {
      await beginSegment(folder, now);
      continue;
    }
    try {
      const tail = await readTail(folder, file, former, repairs);
      if (tail) {
        if (former && (tail.logId !== former.logId || tail.point.seq < former.point.seq)) {
          repairs.push("cut-tail");
        }
        return { file, tail, repairs };
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.close();
  }
}

/** The end of the active segment; `undefined` when that file was put aside. */
async function readTail(
  folder: string,
  file: FileHandle,
  former: Tail | undefined,
  repairs: Repair[],
): Promise<Tail | undefined> {
  const { size, ino: inode } = await file.stat();
  if (former && former.size === size && former.inode === inode) return former;
  const header = await readHeader(file);
  if (!header) {
    if (!(await putBeforeChain(folder, file))) {
      repairs.push("damaged");
      await putAside(folder, undefined);
    }
    return undefined;
  }
  const { logId, segment, startedAt } = header;
  for await (const { at, line, isTorn } of readBackwards(file, size)) {
    if (isTorn) {
      repairs.push("torn-line");
      await file.truncate(at);
      await file.sync();
      continue;
    }
    const record = decodeRecord(line);
    if (typeof record === "string") {
      repairs.push("damaged");
      await putAside(folder, segment);
      return undefined;
    }
    if (record.kind === "seal") {
      await putAside(folder, segment);
      return undefined;
    }
    const end = at + line.length + 1;
    return { logId, segment, startedAt, point: { seq: record.seq, hash: record.hash }, size: end, inode };
  }
  return undefined;
}

/** Makes the active segment a closed one. Its own number is taken, unless something has it already. */
export async function putAside(folder: string, segment: number | undefined): Promise<void> {
  const closed = await listClosed(folder);
  const next = Math.max(0, ...closed) + 1;
  const number = segment !== undefined && !closed.includes(segment) ? segment : next;
  await rename(join(folder, activeName), join(folder, closedName(number)));
  await syncFolder(folder);
}

/** Puts a log aside that was written before there was a chain; false when this is none. */
async function putBeforeChain(folder: string, file: FileHandle): Promise<boolean> {
  const path = join(folder, activeName);
  const { size } = await file.stat();
  const isFree = (await listClosed(folder)).length === 0 && !(await isThere(join(folder, beforeChainName)));
  if (size === 0) {
    await rm(path);
    return true;
  }
  if (!isFree || !(await isBeforeChain(file))) return false;
  await rename(path, join(folder, beforeChainName));
  await syncFolder(folder);
  return true;
}

/** Whether it is a log that was written before there was a chain. */
export async function isBeforeChain(file: FileHandle): Promise<boolean> {
  return (await readFirstLine(file)).startsWith('{"version":1,');
}

/** Makes a new active segment behind the last closed one, whole or not at all. */
export async function beginSegment(folder: string, now: Date): Promise<void> {
  const last = await lastClosed(folder);
  const startedAt = now.toISOString();
  const beforeChain = last ? undefined : await describeBeforeChain(folder);
  const { line } = encodeRecord(
    last?.point ?? beforeFirst,
    last
      ? { kind: "segment", logId: last.logId, segment: last.segment + 1, startedAt }
      : { kind: "genesis", logId: newLogId(), segment: 1, startedAt, ...(beforeChain && { beforeChain }) },
  );
  const temporary = join(folder, `.${activeName}.tmp`);
  await rm(temporary, { force: true });
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(`${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, activeName));
  await syncFolder(folder);
}

const newLogId = () => randomBytes(16).toString("hex");

async function lastClosed(folder: string) {
  const segment = (await listClosed(folder)).at(-1);
  const file = segment === undefined ? undefined : await openClosed(folder, segment);
  if (!file || segment === undefined) return undefined;
  try {
    const header = await readHeader(file);
    const point = await readLastRecord(file);
    return { segment, logId: header?.logId ?? newLogId(), point: point ?? beforeFirst };
  } finally {
    await file.close();
  }
}

async function describeBeforeChain(folder: string): Promise<BeforeChain | undefined> {
  const bytes = await readFile(join(folder, beforeChainName)).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
  return bytes && beforeChainOf(bytes);
}

/** What the first entry of a log says of what was there before. */
export function beforeChainOf(bytes: Uint8Array): BeforeChain {
  const lines = bytes.reduce((count, byte) => count + Number(byte === 10), 0);
  return { lines, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => !hasCode(error, "ENOENT"),
  );
}

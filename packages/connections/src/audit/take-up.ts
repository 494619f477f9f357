import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type BeforeChain, beforeFirst, type ChainPoint, decodeRecord, encodeRecord } from "./record.ts";
import {
  activeName,
  beforeChainName,
  closedName,
  listClosed,
  openClosed,
  openOwn,
  syncFile,
  syncFolder,
  unlessMissing,
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

export type TakenUp = Readonly<{ file: number; tail: Tail; repairs: readonly Repair[] }>;

/**
 * Opens the active segment at its end, under the lock. Whatever a crash left half done is ended first: a closing, a
 * beginning, an incomplete line. A log without a chain is put aside and a chain begins behind it.
 */
export async function takeUp(folder: string, now: Date, former: Tail | undefined): Promise<TakenUp> {
  const repairs: Repair[] = [];
  for (;;) {
    const file = openOwn(join(folder, activeName), constants.O_RDWR | constants.O_APPEND);
    if (file === undefined) {
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
      closeSync(file);
      throw error;
    }
    closeSync(file);
  }
}

/** The end of the active segment; `undefined` when that file was put aside. */
async function readTail(
  folder: string,
  file: number,
  former: Tail | undefined,
  repairs: Repair[],
): Promise<Tail | undefined> {
  const { size, ino: inode } = fstatSync(file);
  if (former && former.size === size && former.inode === inode) return former;
  const header = readHeader(file);
  if (!header) {
    if (!(await putBeforeChain(folder, file))) {
      repairs.push("damaged");
      await putAside(folder, undefined);
    }
    return undefined;
  }
  const { logId, segment, startedAt } = header;
  for (const { at, line, isTorn } of readBackwards(file, size)) {
    if (isTorn) {
      repairs.push("torn-line");
      ftruncateSync(file, at);
      await syncFile(file);
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
  const closed = listClosed(folder);
  const next = Math.max(0, ...closed) + 1;
  const number = segment !== undefined && !closed.includes(segment) ? segment : next;
  renameSync(join(folder, activeName), join(folder, closedName(number)));
  await syncFolder(folder);
}

/** Puts a log aside that was written before there was a chain; false when this is none. */
async function putBeforeChain(folder: string, file: number): Promise<boolean> {
  const path = join(folder, activeName);
  const { size } = fstatSync(file);
  const isThere = unlessMissing(() => lstatSync(join(folder, beforeChainName))) !== undefined;
  const isFree = listClosed(folder).length === 0 && !isThere;
  if (size === 0) {
    rmSync(path);
    return true;
  }
  if (!isFree || !isBeforeChain(file)) return false;
  renameSync(path, join(folder, beforeChainName));
  await syncFolder(folder);
  return true;
}

/** Whether it is a log that was written before there was a chain. */
export function isBeforeChain(file: number): boolean {
  return readFirstLine(file).startsWith('{"version":1,');
}

/** Makes a new active segment behind the last closed one, whole or not at all. */
export async function beginSegment(folder: string, now: Date): Promise<void> {
  const last = lastClosed(folder);
  const startedAt = now.toISOString();
  const beforeChain = last ? undefined : describeBeforeChain(folder);
  const { line } = encodeRecord(
    last?.point ?? beforeFirst,
    last
      ? { kind: "segment", logId: last.logId, segment: last.segment + 1, startedAt }
      : { kind: "genesis", logId: newLogId(), segment: 1, startedAt, ...(beforeChain && { beforeChain }) },
  );
  const temporary = join(folder, `.${activeName}.tmp`);
  rmSync(temporary, { force: true });
  const file = openSync(temporary, "wx", 0o600);
  try {
    writeFileSync(file, `${line}\n`);
    await syncFile(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, join(folder, activeName));
  await syncFolder(folder);
}

const newLogId = () => randomBytes(16).toString("hex");

function lastClosed(folder: string) {
  const segment = listClosed(folder).at(-1);
  const file = segment === undefined ? undefined : openClosed(folder, segment);
  if (file === undefined || segment === undefined) return undefined;
  try {
    const header = readHeader(file);
    const point = readLastRecord(file);
    return { segment, logId: header?.logId ?? newLogId(), point: point ?? beforeFirst };
  } finally {
    closeSync(file);
  }
}

function describeBeforeChain(folder: string): BeforeChain | undefined {
  const bytes = unlessMissing(() => readFileSync(join(folder, beforeChainName)));
  return bytes && beforeChainOf(bytes);
}

/** What the first entry of a log says of what was there before. */
export function beforeChainOf(bytes: Uint8Array): BeforeChain {
  const lines = bytes.reduce((count, byte) => count + Number(byte === 10), 0);
  return { lines, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

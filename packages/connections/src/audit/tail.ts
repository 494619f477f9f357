import type { FileHandle } from "node:fs/promises";
import { type ChainPoint, decodeRecord, type LogRecord } from "./record.ts";

const chunkBytes = 16_384;

/** The header of a segment, as its first line gives it. */
export type Header = Extract<LogRecord, { kind: "genesis" | "segment" }>;

async function readAt(file: FileHandle, from: number, to: number): Promise<string> {
  const bytes = Buffer.alloc(to - from);
  let at = 0;
  while (at < bytes.length) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, from + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.toString("latin1", 0, at);
}

/** The first line of a file; the whole of it where there is no line break. */
export async function readFirstLine(file: FileHandle): Promise<string> {
  const { size } = await file.stat();
  for (let to = Math.min(chunkBytes, size); ; to = Math.min(to * 4, size)) {
    const text = await readAt(file, 0, to);
    const end = text.indexOf("\n");
    if (end !== -1 || to === size) return end === -1 ? text : text.slice(0, end);
  }
}

export async function readHeader(file: FileHandle): Promise<Header | undefined> {
  const record = decodeRecord(await readFirstLine(file));
  return typeof record !== "string" && (record.kind === "genesis" || record.kind === "segment")
    ? record
    : undefined;
}

/**
 * The lines of a file from its end, or from a byte in it, to its beginning; `at` is the byte at which a line begins.
 * What stands behind the last line break is given with `isTorn`.
 */
export async function* readBackwards(
  file: FileHandle,
  end: number,
): AsyncGenerator<{ at: number; line: string; isTorn: boolean }> {
  let isTorn = true;
  let rest = "";
  for (let to = end; to > 0; ) {
    const from = Math.max(0, to - chunkBytes * 4);
    const text = (await readAt(file, from, to)) + rest;
    let lineEnd = text.length;
    for (
      let at = text.lastIndexOf("\n", lineEnd - 1);
      at !== -1;
      at = lineEnd > 0 ? text.lastIndexOf("\n", lineEnd - 1) : -1
    ) {
      const line = text.slice(at + 1, lineEnd);
      if (!isTorn || line !== "") yield { at: from + at + 1, line, isTorn };
      isTorn = false;
      lineEnd = at;
    }
    rest = text.slice(0, lineEnd);
    to = from;
  }
  if (!isTorn || rest !== "") yield { at: 0, line: rest, isTorn };
}

/** The last whole record of a file, whatever stands behind it; `undefined` when it has none. */
export async function readLastRecord(file: FileHandle): Promise<(ChainPoint & LogRecord) | undefined> {
  const { size } = await file.stat();
  for await (const { line, isTorn } of readBackwards(file, size)) {
    const record = isTorn ? "not-a-record" : decodeRecord(line);
    if (typeof record !== "string") return record;
  }
  return undefined;
}

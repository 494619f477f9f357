import { fstatSync, readSync } from "node:fs";
import { type ChainPoint, decodeRecord, type LogRecord } from "./record.ts";

const chunkBytes = 16_384;

/** The header of a segment, as its first line gives it. */
export type Header = Extract<LogRecord, { kind: "genesis" | "segment" }>;

function readAt(file: number, from: number, to: number): string {
  const bytes = Buffer.alloc(to - from);
  let at = 0;
  while (at < bytes.length) {
    const count = readSync(file, bytes, at, bytes.length - at, from + at);
    if (count === 0) break;
    at += count;
  }
  return bytes.toString("latin1", 0, at);
}

/** The first line of a file; the whole of it where there is no line break. */
export function readFirstLine(file: number): string {
  const { size } = fstatSync(file);
  for (let to = Math.min(chunkBytes, size); ; to = Math.min(to * 4, size)) {
    const text = readAt(file, 0, to);
    const end = text.indexOf("\n");
    if (end !== -1 || to === size) return end === -1 ? text : text.slice(0, end);
  }
}

export function readHeader(file: number): Header | undefined {
  const record = decodeRecord(readFirstLine(file));
  return typeof record !== "string" && (record.kind === "genesis" || record.kind === "segment")
    ? record
    : undefined;
}

/**
 * The lines of a file from its end, or from a byte in it, to its beginning; `at` is the byte at which a line begins.
 * What stands behind the last line break is given with `isTorn`.
 */
export function* readBackwards(
  file: number,
  end: number,
): Generator<{ at: number; line: string; isTorn: boolean }> {
  let isTorn = true;
  let rest = "";
  for (let to = end; to > 0; ) {
    const from = Math.max(0, to - chunkBytes * 4);
    const text = readAt(file, from, to) + rest;
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
export function readLastRecord(file: number): (ChainPoint & LogRecord) | undefined {
  const { size } = fstatSync(file);
  for (const { line, isTorn } of readBackwards(file, size)) {
    const record = isTorn ? "not-a-record" : decodeRecord(line);
    if (typeof record !== "string") return record;
  }
  return undefined;
}

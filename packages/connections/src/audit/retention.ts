import { closeSync, fstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Dropped } from "./record.ts";
import { beforeChainName, closedName, listClosed, openActive, openClosed } from "./segment-files.ts";
import { type Header, readBackwards, readHeader } from "./tail.ts";

/** What goes, and why: the entry that tells of it must be on disk before the files are deleted. */
export type Drop = Readonly<{ dropped: Dropped; reason: "size" | "age"; count: number; paths: string[] }>;

type Closed = Readonly<{ segment: number; bytes: number; endedAt: number; header: Header | undefined }>;

/** The oldest segments that are too many or too old; `undefined` when all may stay. */
export function findDrop(
  folder: string,
  limits: { closedBytes: number; endedBefore: number },
): Drop | undefined {
  const closed: Closed[] = [];
  for (const segment of [0, ...listClosed(folder)]) {
    const found = look(folder, segment);
    if (found) closed.push(found);
  }
  let total = closed.reduce((sum, { bytes }) => sum + bytes, 0);
  let reason: Drop["reason"] | undefined;
  let gone = 0;
  for (const { bytes, endedAt } of closed) {
    if (total <= limits.closedBytes && endedAt >= limits.endedBefore) break;
    reason = total > limits.closedBytes ? "size" : "age";
    total -= bytes;
    gone += 1;
  }
  if (reason === undefined) return undefined;
  const next = closed[gone]?.header ?? headerOfActive(folder);
  if (!next) return undefined;
  const dropped = { segment: next.segment - 1, seq: next.seq - 1, hash: next.prevHash };
  const paths = closed
    .slice(0, gone)
    .map(({ segment }) => join(folder, segment === 0 ? beforeChainName : closedName(segment)));
  return { dropped, reason, count: next.seq - (closed[0]?.header?.seq ?? 0), paths };
}

export function deleteDropped({ paths }: Drop): void {
  for (const path of paths) rmSync(path, { force: true });
}

function headerOfActive(folder: string): Header | undefined {
  const file = openActive(folder);
  if (file === undefined) return undefined;
  try {
    return readHeader(file);
  } finally {
    closeSync(file);
  }
}

function look(folder: string, segment: number): Closed | undefined {
  const file = openClosed(folder, segment);
  if (file === undefined) return undefined;
  try {
    const { size, mtimeMs } = fstatSync(file);
    const header = segment === 0 ? undefined : readHeader(file);
    return { segment, bytes: size, endedAt: lastTime(file, size) ?? mtimeMs, header };
  } finally {
    closeSync(file);
  }
}

/** When the last line was written, by its own words. */
function lastTime(file: number, size: number): number | undefined {
  for (const { line } of readBackwards(file, size)) {
    const [, time] = /"(?:closedAt|occurredAt)":"([^"]+)"/.exec(line) ?? [];
    const ms = Date.parse(time ?? "");
    return Number.isNaN(ms) ? undefined : ms;
  }
  return undefined;
}

import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Dropped } from "./record.ts";
import { beforeChainName, closedName, listClosed, openActive, openClosed } from "./segment-files.ts";
import { type Header, readBackwards, readHeader } from "./tail.ts";

/** What goes, and why: the entry that tells of it must be on disk before the files are deleted. */
export type Drop = Readonly<{ dropped: Dropped; reason: "size" | "age"; count: number; paths: string[] }>;

type Closed = Readonly<{ segment: number; bytes: number; endedAt: number; header: Header | undefined }>;

/** The oldest segments that are too many or too old; `undefined` when all may stay. */
export async function findDrop(
  folder: string,
  limits: { closedBytes: number; endedBefore: number },
): Promise<Drop | undefined> {
  const closed: Closed[] = [];
  for (const segment of [0, ...(await listClosed(folder))]) {
    const found = await look(folder, segment);
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
  const next = closed[gone]?.header ?? (await headerOfActive(folder));
  if (!next) return undefined;
  const dropped = { segment: next.segment - 1, seq: next.seq - 1, hash: next.prevHash };
  const paths = closed
    .slice(0, gone)
    .map(({ segment }) => join(folder, segment === 0 ? beforeChainName : closedName(segment)));
  return { dropped, reason, count: next.seq - (closed[0]?.header?.seq ?? 0), paths };
}

export async function deleteDropped({ paths }: Drop): Promise<void> {
  for (const path of paths) await rm(path, { force: true });
}

async function headerOfActive(folder: string): Promise<Header | undefined> {
  const file = await openActive(folder);
  try {
    return file && (await readHeader(file));
  } finally {
    await file?.close();
  }
}

async function look(folder: string, segment: number): Promise<Closed | undefined> {
  const file = await openClosed(folder, segment);
  if (!file) return undefined;
  try {
    const { size, mtimeMs } = await file.stat();
    const header = segment === 0 ? undefined : await readHeader(file);
    return { segment, bytes: size, endedAt: (await lastTime(file, size)) ?? mtimeMs, header };
  } finally {
    await file.close();
  }
}

/** When the last line was written, by its own words. */
async function lastTime(
  file: Parameters<typeof readBackwards>[0],
  size: number,
): Promise<number | undefined> {
  for await (const { line } of readBackwards(file, size)) {
    const [, time] = /"(?:closedAt|occurredAt)":"([^"]+)"/.exec(line) ?? [];
    const ms = Date.parse(time ?? "");
    return Number.isNaN(ms) ? undefined : ms;
  }
  return undefined;
}

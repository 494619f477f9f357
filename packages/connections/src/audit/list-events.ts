import { closeSync, fstatSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { type AuditFilter, AuditListing, type AuditPosition } from "@latchkey/api-contracts/audit";
import { matches } from "./match-event.ts";
import { decodeRecord, parseObject } from "./record.ts";
import { listClosed, openActive, openClosed } from "./segment-files.ts";
import { readBackwards, readHeader } from "./tail.ts";

/** How many lines are looked at before others have their turn: about a millisecond. */
const linesATurn = 128;

type Place = Readonly<{ segment: number; offset: number }>;

/** The entries of a log that pass the filter, newest first, from a place on; read only as far as they are asked for. */
export async function* newestFirst(
  folder: string,
  { before, filter = {} }: { before?: AuditPosition | undefined; filter?: AuditFilter | undefined } = {},
): AsyncGenerator<AuditListing> {
  const end = before === undefined ? undefined : placeOf(before);
  let looked = 0;
  for (const { segment, file, size } of segmentsBackwards(folder, end?.segment)) {
    const from = end?.segment === segment ? Math.min(end.offset, size) : size;
    for (const { at, line, isTorn } of readBackwards(file, from)) {
      looked += 1;
      if (looked % linesATurn === 0) await nextTurn();
      if (isTorn || !couldPass(line, filter)) continue;
      const listing = readListing(line, `${segment}:${at}`);
      if (listing && matches(listing.event, filter)) yield listing;
    }
  }
}

/** One page of `newestFirst`; `next` is where the following one begins. With `after` the page ends there. */
export async function listEvents(
  folder: string,
  options: {
    limit: number;
    filter?: AuditFilter | undefined;
    before?: AuditPosition | undefined;
    after?: AuditPosition | undefined;
  },
): Promise<{ entries: AuditListing[]; next: AuditPosition | null }> {
  const { limit, after, ...from } = options;
  const entries: AuditListing[] = [];
  for await (const entry of newestFirst(folder, from)) {
    if (after !== undefined && !isAfter(entry.at, after)) break;
    entries.push(entry);
    if (entries.length === limit) return { entries, next: entry.at };
  }
  return { entries, next: null };
}

/** The hash of the entry with a number; `undefined` when the log does not have that number. */
export async function findHash(folder: string, seq: number): Promise<string | undefined> {
  let looked = 0;
  for (const { file, size } of segmentsBackwards(folder)) {
    for (const { line, isTorn } of readBackwards(file, size)) {
      looked += 1;
      if (looked % linesATurn === 0) await nextTurn();
      const record = isTorn ? "not-a-record" : decodeRecord(line);
      if (typeof record === "string" || record.seq > seq) continue;
      return record.seq === seq ? record.hash : undefined;
    }
  }
  return undefined;
}

/** Whether a place is nearer to the end of the log than another. */
export function isAfter(one: AuditPosition, other: AuditPosition): boolean {
  const [a, b] = [placeOf(one), placeOf(other)];
  return a.segment === b.segment ? a.offset > b.offset : a.segment > b.segment;
}

function placeOf(position: AuditPosition): Place {
  const [segment = 0, offset = 0] = position.split(":").map(Number);
  return { segment, offset };
}

/** The files from the newest to the oldest, each open while it is the current one. */
function* segmentsBackwards(folder: string, newest = Number.POSITIVE_INFINITY) {
  // The active one is opened first: what is closed meanwhile has its number, and is left out below.
  const active = openActive(folder);
  let below = newest + 1;
  if (active !== undefined) {
    const header = readHeader(active);
    // Without a header it is a log from before the chain that no entry was added to yet.
    const segment = header?.segment ?? (listClosed(folder).at(-1) ?? -1) + 1;
    if (segment <= newest) yield* withSize(segment, active);
    else closeSync(active);
    below = Math.min(below, segment);
  }
  const closed = [0, ...listClosed(folder)].filter((segment) => segment < below);
  for (const segment of closed.toReversed()) {
    const file = openClosed(folder, segment);
    if (file !== undefined) yield* withSize(segment, file);
  }
}

function* withSize(segment: number, file: number) {
  try {
    yield { segment, file, size: fstatSync(file).size };
  } finally {
    closeSync(file);
  }
}

/** A quick look that spares the parsing of most lines that do not pass. */
function couldPass(line: string, { action, actor, outcome, connectionId, text }: AuditFilter): boolean {
  if (action !== undefined && !line.includes(`"${action}"`)) return false;
  if (actor !== undefined && !line.includes(`"actor":"${actor}`)) return false;
  if (outcome !== undefined && !line.includes(`"outcome":"${outcome}"`)) return false;
  if (connectionId !== undefined && !line.includes(connectionId)) return false;
  // Other characters stand in a line in another form.
  const words = text?.toLowerCase().match(/[a-z0-9._-]+/g) ?? [];
  const lower = words.length > 0 ? line.toLowerCase() : "";
  return words.every((word) => lower.includes(word));
}

function readListing(line: string, at: AuditPosition): AuditListing | undefined {
  const record = decodeRecord(line);
  if (typeof record !== "string") {
    if (record.kind !== "event") return undefined;
    return AuditListing.safeParse({ at, seq: record.seq, event: record.event }).data;
  }
  // A damaged line hides no other; `verify` names it.
  const former = at.startsWith("0:") ? parseObject(Buffer.from(line, "latin1").toString()) : undefined;
  return former && AuditListing.safeParse({ at, seq: null, event: former }).data;
}

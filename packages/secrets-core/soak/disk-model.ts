/** What a writer asked of its files, in order, and what it said. */
export type DiskEvent =
  | Readonly<{ kind: "write"; file: string; at: number; bytes: Buffer }>
  | Readonly<{ kind: "truncate"; file: string; size: number }>
  /** The disk has what was written to the file before the event number `from`. */
  | Readonly<{ kind: "sync"; file: string; from: number }>
  | Readonly<{ kind: "said"; line: string }>;

/** The calls that `readTrace` understands, for `strace -f -y -xx`. */
export const tracedCalls = ["write", "pwrite64", "ftruncate", "fdatasync", "fsync"];
/** With these a file is replaced, which is not modelled. */
export const refusedCalls = ["rename", "renameat", "renameat2", "link", "linkat"];

const callForm = /^(\d+) +(\w+)\((?:(\d+)<([^>]*)>)?(?:, )?(.*)$/;
const resumedForm = /^(\d+) +<\.\.\. (\w+) resumed>/;

/** Reads a trace. A write counts from its call on, a synchronisation from its return on. */
export function readTrace(text: string): DiskEvent[] {
  const events: DiskEvent[] = [];
  const open = new Map<string, DiskEvent>();
  for (const line of text.split("\n")) {
    const [, thread = "", call = "", descriptor, path = "", rest = ""] = callForm.exec(line) ?? [];
    const [, resumed = ""] = resumedForm.exec(line) ?? [];
    const ended = open.get(resumed);
    if (ended) {
      events.push(ended);
      open.delete(resumed);
    }
    if (refusedCalls.includes(call))
      throw new Error("The steps replaced a file, which the model does not know.");
    const file = fromHex(path).toString();
    if (call === "write" && descriptor === "1") {
      const said = fromHex(textIn(rest)).toString().trim().split("\n");
      events.push(...said.map((line): DiskEvent => ({ kind: "said", line })));
    } else if (call === "pwrite64") {
      events.push({ kind: "write", file, at: lastNumber(rest), bytes: fromHex(textIn(rest)) });
    } else if (call === "ftruncate") {
      events.push({ kind: "truncate", file, size: lastNumber(rest) });
    } else if (call === "fdatasync" || call === "fsync") {
      const sync: DiskEvent = { kind: "sync", file, from: events.length };
      if (line.endsWith("<unfinished ...>")) open.set(thread, sync);
      else events.push(sync);
    }
  }
  return events;
}

function textIn(rest: string): string {
  return /"([^"]*)"/.exec(rest)?.[1] ?? "";
}

/** The last argument of a call. */
function lastNumber(rest: string): number {
  const [, number] = /(\d+)(?:\)? +(?:=.*|<unfinished \.\.\.>))$/.exec(rest) ?? [];
  return Number(number);
}

function fromHex(text: string): Buffer {
  return Buffer.from(text.replaceAll("\\x", ""), "hex");
}

type Change = Extract<DiskEvent, { kind: "write" | "truncate" }>;
/** How much of a change reached the disk: nothing, half, its length alone, all. */
type Reach = "none" | "half" | "holes" | "whole";

/**
 * What a file may be after a power cut before the event number `end`: what was synchronised, and of the later writes any
 * that the system happened to bring to the disk, the last one perhaps in part.
 */
export function imagesOf(before: Buffer, events: readonly DiskEvent[], file: string, end: number): Buffer[] {
  const past = events.slice(0, end);
  const own = past.flatMap((event, i) =>
    (event.kind === "write" || event.kind === "truncate") && event.file === file ? [{ event, i }] : [],
  );
  const syncs = past.flatMap((event) => (event.kind === "sync" && event.file === file ? [event.from] : []));
  const safe = Math.max(0, ...syncs);
  const loose = own.filter(({ i }) => i >= safe);
  const fixed = own.slice(0, own.length - loose.length);
  let images = [applyAll(before, fixed)];
  // A copy that is never synchronised counts as there or not: all of its states would be too many.
  if (!events.some((event) => event.kind === "sync" && event.file === file)) {
    return [before, applyAll(before, own)];
  }
  for (const [n, { event }] of loose.entries()) {
    const reaches: Reach[] = n === loose.length - 1 ? ["none", "half", "holes", "whole"] : ["none", "whole"];
    images = images.flatMap((bytes) => reaches.map((reach) => apply(bytes, event, reach)));
  }
  return images;
}

function applyAll(bytes: Buffer, changes: readonly Readonly<{ event: Change }>[]): Buffer {
  return changes.reduce((before, { event }) => apply(before, event, "whole"), bytes);
}

function apply(bytes: Buffer, change: Change, reach: Reach): Buffer {
  if (reach === "none") return bytes;
  if (change.kind === "truncate") return reach === "whole" ? bytes.subarray(0, change.size) : bytes;
  const length = reach === "half" ? Math.floor(change.bytes.length / 2) : change.bytes.length;
  const after = Buffer.alloc(Math.max(bytes.length, change.at + length));
  bytes.copy(after);
  // Where a write only made the file longer, the disk has zeros; where it overwrote, what was there.
  if (reach !== "holes") change.bytes.copy(after, change.at, 0, length);
  return after;
}

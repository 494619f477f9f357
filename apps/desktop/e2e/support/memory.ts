import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { descendantsOf, isRunning, readProc } from "./processes.ts";

const PAGE = 4_096;

interface Region {
  readonly start: number;
  readonly end: number;
}

/**
 * How often a value stands in the memory of a process, as UTF-8 or UTF-16; never in one that ends meanwhile. Pages that
 * are not in memory are passed over: Chromium reserves terabytes. Needs root; Linux only.
 */
export function countInMemory(pid: number, value: string): number {
  try {
    return count(pid, value);
  } catch (error) {
    if (isRunning(pid)) throw error;
    return 0;
  }
}

function count(pid: number, value: string): number {
  const forms = [Buffer.from(value), Buffer.from(value, "utf16le")];
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const pages = openSync(`/proc/${pid}/pagemap`, "r");
  try {
    let found = 0;
    for (const region of regionsOf(pid)) {
      for (const part of presentParts(pages, region)) {
        const bytes = readRange(memory, part);
        for (const form of forms) found += occurrences(bytes, form);
      }
    }
    return found;
  } finally {
    closeSync(memory);
    closeSync(pages);
  }
}

/** The processes of the app that show a page, an extension's among them. */
export function renderersOf(root: number): number[] {
  return descendantsOf(root).filter((pid) => readProc(`${pid}/cmdline`).includes("--type=renderer"));
}

function regionsOf(pid: number): Region[] {
  const regions = readFileSync(`/proc/${pid}/smaps`, "utf8").matchAll(
    /^([0-9a-f]+)-([0-9a-f]+) r.+\n(?:[A-Z].*\n)*?Rss: +([1-9]\d*) kB$/gm,
  );
  return [...regions].map(([, start = "", end = ""]) => ({
    start: Number.parseInt(start, 16),
    end: Number.parseInt(end, 16),
  }));
}

/** Runs of pages that are in memory, cut where they grow large. */
function presentParts(pages: number, { start, end }: Region): Region[] {
  const entries = readRange(pages, { start: (start / PAGE) * 8, end: (end / PAGE) * 8 });
  const parts: { start: number; end: number }[] = [];
  for (let index = 0; index * 8 + 7 < entries.length; index += 1) {
    // The highest bit of an entry says that the page is in memory.
    if (((entries[index * 8 + 7] ?? 0) & 0x80) === 0) continue;
    const at = start + index * PAGE;
    const last = parts.at(-1);
    if (last?.end === at && at - last.start < 64 * 1024 * 1024) last.end = at + PAGE;
    else parts.push({ start: at, end: at + PAGE });
  }
  return parts;
}

/** What can be read of a range; a page may go meanwhile. */
function readRange(file: number, { start, end }: Region): Buffer {
  const buffer = Buffer.alloc(end - start);
  try {
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, start));
  } catch {
    return Buffer.alloc(0);
  }
}

function occurrences(bytes: Buffer, form: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(form); at !== -1; at = bytes.indexOf(form, at + 1)) count += 1;
  return count;
}

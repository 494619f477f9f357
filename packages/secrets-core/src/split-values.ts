import { createHash } from "node:crypto";
import { AppError } from "@latchkey/api-contracts/errors";
import type { EntryRef, Reading, SecretBackend } from "./secret-backend.ts";

export type SplitOptions = {
  /** The longest text that one entry takes. **Units** UTF-16 code units. */
  maxUnits: number;
};

/** What stands in an entry's place when its value lies in parts. A value that looks like one is split as well. */
const headerForm = /^latchkey-parts 1 (\d{1,5}) ([0-9a-f]{64})$/;
const headerStart = "latchkey-parts ";

/**
 * Splits values that are longer than a storage backend takes over numbered entries, behind a header with their count
 * and digest. The header is written last and a value is given back only whole: a torn write is absent, and a value
 * with a missing or changed part is unreadable.
 */
export function splitValues(backend: SecretBackend, { maxUnits }: SplitOptions): SecretBackend {
  // A part has a version of its own, and the header is written after the parts.
  const { byVersion: _, writeAll: __, ...whole } = backend;

  async function read(entries: readonly EntryRef[]): Promise<Reading[]> {
    const readings = await backend.read(entries);
    const split = entries.map((entry, i) => {
      const header = headerOf(readings[i]);
      return { header, refs: header ? partsOf(entry, header.count) : [] };
    });
    const parts = await backend.read(split.flatMap(({ refs }) => refs));
    let at = 0;
    return entries.map((entry, i): Reading => {
      const { header, refs } = split[i] ?? { refs: [] };
      const own = parts.slice(at, (at += refs.length));
      return header ? join(entry, header.digest, own) : (readings[i] ?? { state: "absent" });
    });
  }

  /** Parts are written in order, so the first one that is missing ends what a torn write left. */
  async function countOrphans(entry: EntryRef): Promise<number> {
    for (let count = 0; ; count++) {
      const [state] = await backend.inspect([partOf(entry, count + 1)]);
      if (state !== "present") return count;
    }
  }

  return {
    ...whole,
    read,
    async inspect(entries) {
      return (await read(entries)).map(({ state }) => state);
    },
    async write(entry, value) {
      if (value.length <= maxUnits && !value.startsWith(headerStart)) return backend.write(entry, value);
      const parts = cut(value, maxUnits);
      for (const [i, part] of parts.entries()) await backend.write(partOf(entry, i + 1), part);
      return backend.write(entry, `${headerStart}1 ${parts.length} ${digestOf(value)}`);
    },
    async remove(entry) {
      const [reading] = await backend.read([entry]);
      if (reading?.state === "unreadable" && reading.error.code !== "secrets.undecryptable")
        throw reading.error;
      const header = headerOf(reading);
      const count = header?.count ?? (reading?.state === "absent" ? await countOrphans(entry) : 0);
      // The header goes last: while it is there, a removal that was cut short can be ended.
      for (const part of partsOf(entry, count).toReversed()) await backend.remove(part);
      return backend.remove(entry);
    },
  };
}

function join({ key }: EntryRef, digest: string, parts: readonly Reading[]): Reading {
  const failed = parts.find((part) => part.state === "unreadable");
  if (failed) return failed;
  const value = parts.map((part) => (part.state === "present" ? part.value : "")).join("");
  if (digestOf(value) === digest) return { state: "present", value };
  return { state: "unreadable", error: new AppError("secrets.undecryptable", { key }) };
}

function headerOf(reading: Reading | undefined): { count: number; digest: string } | undefined {
  if (reading?.state !== "present") return undefined;
  const [, count, digest] = headerForm.exec(reading.value) ?? [];
  return digest === undefined ? undefined : { count: Number(count), digest };
}

function partsOf(entry: EntryRef, count: number): EntryRef[] {
  return Array.from({ length: count }, (_, i) => partOf(entry, i + 1));
}

function partOf({ key, version, envName }: EntryRef, number: number): EntryRef {
  return { key, version: `${version}.${number}`, envName };
}

/** Cuts text into pieces, none in the middle of a character. */
function cut(text: string, maxUnits: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = Math.min(at + maxUnits, text.length);
    const isHigh = end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
    parts.push(text.slice(at, isHigh ? end - 1 : end));
    at = isHigh ? end - 1 : end;
  }
  return parts;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

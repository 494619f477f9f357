import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { SecretKey } from "@latchkey/api-contracts/ids";
import type { StorageReason } from "@latchkey/api-contracts/secrets";
import * as z from "zod";
import { EntryVersion, newVersion } from "../entry-version.ts";
import { durableWrite } from "../files/durable-write.ts";
import { fileFailed } from "../files/file-error.ts";
import { readLines } from "../files/line-file.ts";
import { isReadOnly, readOwnFile } from "../files/safe-file.ts";
import { type FoundEntry, type Listing, WholeVersion } from "../listing.ts";
import { openText, sealText } from "../sealed-text.ts";
import type { EntryRef, NewEntry, Reading, SecretBackend } from "../secret-backend.ts";
import { unreachable } from "../unreachable.ts";
import type { Cipher } from "./cipher.ts";
import { createDataKey } from "./data-key.ts";
import { openEntryFile } from "./entry-file.ts";

export type SafeStorageBackendOptions = {
  /** The store's folder; the entries lie in `safe-storage` in it. */
  folder: string;
  cipher: Cipher;
};

/** One entry's line. */
export const EntryLine = z.strictObject({
  version: z.literal(1),
  entry: EntryVersion,
  key: SecretKey,
  sealed: z.base64(),
});

/** The start of a line, with its version; the whole is read when its value is asked for. */
const lineStart = /^\{"version":1,"entry":"([a-z0-9]{12}(?:\.[0-9]{1,5})?)",/;

/** Where the entries of a store's folder lie. */
export function entryFileOf(folder: string): string {
  return join(folder, "safe-storage", "entries.jsonl");
}

/**
 * Keeps each value in a line of one file, sealed with a random data key that the host's cipher wraps. A value is bound
 * to its key and version: a line that was moved or put back does not open. A cipher with a known key is refused.
 */
export function createSafeStorageBackend({ folder, cipher }: SafeStorageBackendOptions): SecretBackend {
  const place = join(folder, "safe-storage");
  const dataKey = createDataKey(place, cipher);
  const path = entryFileOf(folder);
  const entries = openEntryFile(path, (line) => lineStart.exec(line)?.[1]);

  async function readAll(refs: readonly EntryRef[]): Promise<Reading[]> {
    if (refs.length === 0) return [];
    try {
      const lines = await entries.read(refs.map(({ version }) => version));
      const isAny = lines.some((line) => line !== undefined);
      const key = isAny ? await dataKey.current() : undefined;
      const values = refs.map((entry, i) => key && openEntry(key, entry, lines[i]));
      const isWhole = values.every((value, i) => value !== undefined || lines[i] === undefined);
      const former = isWhole ? [] : await dataKey.former();
      return refs.map((entry, i): Reading => {
        if (lines[i] === undefined) return { state: "absent" };
        const value = values[i] ?? openWithAny(former, entry, lines[i]);
        if (value !== undefined) return { state: "present", value };
        return { state: "unreadable", error: new AppError("secrets.undecryptable", { key: entry.key }) };
      });
    } catch (error) {
      const failure = fileFailed(path, "read", error);
      return refs.map(() => ({ state: "unreadable", error: failure }));
    }
  }

  async function requireCipher(): Promise<void> {
    const reason = await judge(cipher);
    if (reason !== "working") throw unreachable("safe-storage", reason);
  }

  async function writeAll(added: readonly NewEntry[]): Promise<void> {
    await requireCipher();
    const dataKeyNow = await dataKey.forWriting();
    await entries.add(
      added.map(({ entry, value }) => {
        const { key, version } = entry;
        const sealed = sealText(dataKeyNow, value, contextOf(entry));
        return { version, line: JSON.stringify({ version: 1, entry: version, key, sealed }) };
      }),
    );
  }

  return {
    name: "safe-storage",
    protection: "os-user",
    async probe() {
      const reason = await judge(cipher);
      if (reason !== "working") return reason;
      const canary = newVersion();
      const file = join(place, `${canary}.probe`);
      try {
        const key = (await dataKey.current()) ?? (await dataKey.trial());
        await durableWrite(file, sealText(key, canary, "probe"));
        const isWhole = openText(key, (await readOwnFile(file)) ?? "", "probe") === canary;
        return isWhole ? "working" : "probe-failed";
      } catch (error) {
        return isReadOnly(error) ? "read-only" : "probe-failed";
      } finally {
        await rm(file, { force: true }).catch(() => undefined);
      }
    },
    read: readAll,
    async inspect(entries) {
      return (await readAll(entries)).map(({ state }) => state);
    },
    write: (entry, value) => writeAll([{ entry, value }]),
    writeAll,
    remove: ({ version }) => entries.erase(version),
    byVersion: {
      async find(versions) {
        const lines = await entries.read(versions);
        return versions.flatMap((version, i) => {
          const key = parseLine(lines[i])?.key;
          return key === undefined ? [] : [{ key, version }];
        });
      },
      async remove(versions) {
        const removals = await Promise.all(versions.map((version) => entries.erase(version)));
        await Promise.all(removals.map(({ settled }) => settled));
      },
    },
    list: () => listEntries(path),
    async close() {
      dataKey.forget();
      await entries.settle();
    },
  };
}

function contextOf({ key, version }: EntryRef): string {
  return `latchkey safe-storage 1\n${key}\n${version}`;
}

function openEntry(key: Uint8Array, entry: EntryRef, text: string | undefined): string | undefined {
  const line = parseLine(text);
  return line && openText(key, line.sealed, contextOf(entry));
}

function openWithAny(keys: readonly Uint8Array[], entry: EntryRef, text: string | undefined) {
  return keys.map((key) => openEntry(key, entry, text)).find((value) => value !== undefined);
}

function parseLine(text: string | undefined): z.infer<typeof EntryLine> | undefined {
  try {
    return EntryLine.safeParse(JSON.parse(text ?? "")).data;
  } catch {
    return undefined;
  }
}

/** The lines name their key and version, so no data key is needed to list them. */
async function listEntries(path: string): Promise<Listing> {
  const file = await readLines(path);
  const lines = (file?.lines ?? []).filter((line) => line.trim() !== "");
  const found = lines.map(parseLine);
  const entries = found.flatMap((line): FoundEntry[] => {
    const version = WholeVersion.safeParse(line?.entry).data;
    if (!line || !version) return [];
    return [{ key: line.key, version, storageBackend: "safe-storage", protection: "os-user" }];
  });
  return { entries, others: found.filter((line) => !line).length };
}

async function judge(cipher: Cipher): Promise<StorageReason> {
  try {
    const { isAvailable, name } = await cipher.describe();
    if (name === "basic_text") return "weak-cipher";
    return isAvailable ? "working" : "no-secret-service";
  } catch {
    return "probe-failed";
  }
}

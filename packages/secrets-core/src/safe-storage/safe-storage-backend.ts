import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { SecretKey } from "@latchkey/api-contracts/ids";
import type { StorageReason } from "@latchkey/api-contracts/secrets";
import * as z from "zod";
import { EntryVersion, newVersion } from "../entry-version.ts";
import { durableWrite } from "../files/durable-write.ts";
import { fileFailed, systemCode } from "../files/file-error.ts";
import { isReadOnly, readOwnFile } from "../files/safe-file.ts";
import type { FoundEntry, Listing } from "../listing.ts";
import { openText, sealText } from "../sealed-text.ts";
import type { EntryRef, Reading, SecretBackend } from "../secret-backend.ts";
import { unreachable } from "../unreachable.ts";
import type { Cipher } from "./cipher.ts";
import { createDataKey } from "./data-key.ts";

export type SafeStorageBackendOptions = {
  /** The store's folder; the entries are files in `safe-storage` in it. */
  folder: string;
  cipher: Cipher;
};

/** One entry's file. Its name is the version, so that an entry is found without a list. */
const EntryDocument = z.strictObject({
  version: z.literal(1),
  key: SecretKey,
  entry: EntryVersion,
  sealed: z.base64(),
});

/** How many files are read at once. */
const filesAtOnce = 32;

/**
 * Keeps each value in a file of its own, sealed with a random data key that the host's cipher wraps. A value is bound
 * to its key and version: a file that was renamed or put back does not open. A cipher with a known key is refused.
 */
export function createSafeStorageBackend({ folder, cipher }: SafeStorageBackendOptions): SecretBackend {
  const place = join(folder, "safe-storage");
  const dataKey = createDataKey(place, cipher);
  const pathOf = ({ version }: EntryRef) => join(place, `${version}.json`);

  async function readOne(entry: EntryRef): Promise<Reading> {
    try {
      const text = await readOwnFile(pathOf(entry));
      if (text === undefined) return { state: "absent" };
      const key = await dataKey.current();
      const value = (key && openEntry(key, entry, text)) ?? (await openWithFormer(entry, text));
      if (value !== undefined) return { state: "present", value };
      return { state: "unreadable", error: new AppError("secrets.undecryptable", { key: entry.key }) };
    } catch (error) {
      return { state: "unreadable", error: fileFailed(pathOf(entry), "read", error) };
    }
  }

  async function openWithFormer(entry: EntryRef, text: string): Promise<string | undefined> {
    const keys = await dataKey.former();
    return keys.map((key) => openEntry(key, entry, text)).find((value) => value !== undefined);
  }

  async function readAll(entries: readonly EntryRef[]): Promise<Reading[]> {
    const readings: Reading[] = [];
    for (let at = 0; at < entries.length; at += filesAtOnce) {
      readings.push(...(await Promise.all(entries.slice(at, at + filesAtOnce).map(readOne))));
    }
    return readings;
  }

  async function requireCipher(): Promise<void> {
    const reason = await judge(cipher);
    if (reason !== "working") throw unreachable("safe-storage", reason);
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
    async write(entry, value) {
      await requireCipher();
      const key = await dataKey.forWriting();
      const sealed = sealText(key, value, contextOf(entry));
      const document = { version: 1, key: entry.key, entry: entry.version, sealed };
      await durableWrite(pathOf(entry), `${JSON.stringify(document)}\n`);
    },
    async remove(entry) {
      // Not synchronised: a file that a power cut brings back is still noted in the index as left over.
      try {
        await rm(pathOf(entry), { force: true });
      } catch (error) {
        throw fileFailed(pathOf(entry), "written", error);
      }
    },
    list: () => listFolder(place),
    async close() {
      dataKey.forget();
    },
  };
}

/** The files name their key and version, so no data key is needed to list them. */
async function listFolder(place: string): Promise<Listing> {
  const names = await readdir(place).catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return [];
    throw fileFailed(place, "read", error);
  });
  const files = names.filter((name) => !name.startsWith("data-key"));
  const entries: FoundEntry[] = [];
  for (let at = 0; at < files.length; at += filesAtOnce) {
    const found = await Promise.all(files.slice(at, at + filesAtOnce).map((name) => entryIn(place, name)));
    entries.push(...found.filter((entry) => entry !== undefined));
  }
  return { entries, others: files.length - entries.length };
}

async function entryIn(place: string, name: string): Promise<FoundEntry | undefined> {
  const text = (await readOwnFile(join(place, name))) ?? "";
  const { data } = EntryDocument.safeParse(parseJson(text));
  if (!data || name !== `${data.entry}.json`) return undefined;
  return { key: data.key, version: data.entry, storageBackend: "safe-storage", protection: "os-user" };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function contextOf({ key, version }: EntryRef): string {
  return `latchkey safe-storage 1\n${key}\n${version}`;
}

function openEntry(key: Uint8Array, entry: EntryRef, text: string): string | undefined {
  try {
    const { sealed } = EntryDocument.parse(JSON.parse(text));
    return openText(key, sealed, contextOf(entry));
  } catch {
    return undefined;
  }
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

import { EnvName, SecretKey, Timestamp } from "@latchkey/api-contracts/ids";
import { Protection, SecretSource, StorageBackendName, StorageReason } from "@latchkey/api-contracts/secrets";
import * as z from "zod";
import { EntryVersion } from "./entry-version.ts";
import type { EntryRef } from "./secret-backend.ts";

/** What the index knows of one secret: where its value in force lies and why there. Never a value or a hash of one. */
export const IndexRecord = z.strictObject({
  envName: EnvName,
  storageBackend: StorageBackendName,
  protection: Protection,
  storageReason: StorageReason,
  version: EntryVersion,
  source: SecretSource,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type IndexRecord = z.infer<typeof IndexRecord>;

/** A value that is being written: it comes into force when the record takes the place of the key's former one. */
const Intent = z.strictObject({ key: SecretKey, record: IndexRecord });
export type Intent = z.infer<typeof Intent>;

/** An entry that is no longer in force and may still be in its storage backend. */
const Leftover = z.strictObject({
  key: SecretKey,
  envName: EnvName,
  version: EntryVersion,
  storageBackend: StorageBackendName,
});
export type Leftover = z.infer<typeof Leftover>;

export const IndexDocument = z.strictObject({
  version: z.literal(1),
  secrets: z.record(SecretKey, IndexRecord),
  intents: z.array(Intent),
  leftovers: z.array(Leftover),
});
export type IndexDocument = z.infer<typeof IndexDocument>;

export const emptyIndex: IndexDocument = { version: 1, secrets: {}, intents: [], leftovers: [] };

/** The records of an index by key, in the order of the keys. */
export function recordsOf(index: IndexDocument): [SecretKey, IndexRecord][] {
  return Object.entries(index.secrets)
    .map(([key, record]): [SecretKey, IndexRecord] => [SecretKey.parse(key), record])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}

export function refOf(key: SecretKey, record: Pick<IndexRecord, "version" | "envName">): EntryRef {
  return { key, version: record.version, envName: record.envName };
}

/** Notes a value that will be written. An intent that was left for the key is given up for it. */
export function addIntent(index: IndexDocument, intent: Intent): IndexDocument {
  const given = abandonIntent(index, intent.key);
  return { ...given, intents: [...given.intents, intent] };
}

/** Brings the key's intent into force; the former entry becomes a leftover. */
export function commitIntent(index: IndexDocument, key: SecretKey): IndexDocument {
  const intent = index.intents.find((intent) => intent.key === key);
  if (!intent) return index;
  return {
    ...index,
    secrets: { ...index.secrets, [key]: intent.record },
    intents: index.intents.filter((other) => other !== intent),
    leftovers: [...index.leftovers, ...leftoverOf(key, index.secrets[key])],
  };
}

/** Gives the key's intent up; what it may have written becomes a leftover. */
export function abandonIntent(index: IndexDocument, key: SecretKey): IndexDocument {
  const intent = index.intents.find((intent) => intent.key === key);
  if (!intent) return index;
  return {
    ...index,
    intents: index.intents.filter((other) => other !== intent),
    leftovers: [...index.leftovers, ...leftoverOf(key, intent.record)],
  };
}

/** Takes a secret out; its entry becomes a leftover, which is its tombstone. */
export function removeRecord(index: IndexDocument, key: SecretKey): IndexDocument {
  const { [key]: record, ...secrets } = index.secrets;
  return { ...index, secrets, leftovers: [...index.leftovers, ...leftoverOf(key, record)] };
}

/** Puts a record back that `removeRecord` took out. */
export function restoreRecord(index: IndexDocument, key: SecretKey, record: IndexRecord): IndexDocument {
  return {
    ...dropLeftovers(index, [record.version]),
    secrets: { ...index.secrets, [key]: record },
  };
}

/** Forgets leftovers whose entries are gone. */
export function dropLeftovers(index: IndexDocument, versions: readonly string[]): IndexDocument {
  return { ...index, leftovers: index.leftovers.filter(({ version }) => !versions.includes(version)) };
}

function leftoverOf(key: SecretKey, record: IndexRecord | undefined): Leftover[] {
  if (!record) return [];
  const { envName, version, storageBackend } = record;
  return [{ key, envName, version, storageBackend }];
}

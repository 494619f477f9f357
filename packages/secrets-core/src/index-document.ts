import { EnvName, SecretKey, Timestamp } from "@latchkey/api-contracts/ids";
import { Protection, SecretSource, StorageBackendName, StorageReason } from "@latchkey/api-contracts/secrets";
import * as z from "zod";
import { EntryPlace } from "./entry-place.ts";
import { EntryVersion, newVersion } from "./entry-version.ts";
import { Records } from "./records.ts";
import type { EntryRef } from "./secret-backend.ts";

/** What the index knows of one secret: where its value in force lies and why there. Never a value or a hash of one. */
export const IndexRecord = z.strictObject({
  envName: EnvName,
  /** Further variables that the person opted in to. */
  aliases: z.array(EnvName).optional(),
  storageBackend: StorageBackendName,
  protection: Protection,
  storageReason: StorageReason,
  version: EntryVersion,
  place: EntryPlace.optional(),
  source: SecretSource,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type IndexRecord = z.infer<typeof IndexRecord>;

/** What becomes of one key: a record whose value is written already, or its removal. */
const IndexEdit = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("set"), record: IndexRecord }),
  z.strictObject({ op: z.literal("remove") }),
]);
export type IndexEdit = z.infer<typeof IndexEdit>;
export type IndexEdits = ReadonlyMap<SecretKey, IndexEdit>;

/** The change that was staged and is not in force. */
export const PendingRecord = z.strictObject({
  createdAt: Timestamp,
  edits: z.record(SecretKey, IndexEdit),
});
export type PendingRecord = z.infer<typeof PendingRecord>;

/**
 * A change that is being made: what is noted before its values are written. It is given up when it is found later,
 * because nobody was told of it; only the copy of an index that was lost is followed by its intent.
 */
export const Intent = z.strictObject({
  mode: z.enum(["at-once", "staged"]),
  notedAt: Timestamp,
  edits: z.record(SecretKey, IndexEdit),
  /** Keys whose staged edits are taken back. */
  takenBack: z.array(SecretKey),
});
export type Intent = z.infer<typeof Intent>;

/** An entry that may still be in its storage backend and is in nobody's use; of a removed secret, its tombstone. */
export const Leftover = z.strictObject({
  key: SecretKey,
  envName: EnvName,
  version: EntryVersion,
  storageBackend: StorageBackendName,
});
export type Leftover = z.infer<typeof Leftover>;

/**
 * Versions for entries to come, of a storage backend that finds its entries by version. What lies under one of them and
 * is not in force is of a change that did not come to its end.
 */
export const ReservedVersions = z.array(EntryVersion);

/** The index as it is written. */
export const IndexDocument = z.strictObject({
  version: z.literal(3),
  secrets: z.record(SecretKey, IndexRecord),
  pending: PendingRecord.optional(),
  intent: Intent.optional(),
  leftovers: z.array(Leftover),
  reserved: ReservedVersions.optional(),
});

/** The index in use. */
export type Index = Readonly<
  Omit<z.infer<typeof IndexDocument>, "version" | "secrets"> & {
    secrets: Records;
  }
>;

export const emptyIndex: Index = { secrets: Records.from([]), leftovers: [] };

/** The records of an index by key, in the order of the keys. */
export function recordsOf(index: Index): (readonly [SecretKey, IndexRecord])[] {
  return sorted(index.secrets);
}

/** The records as they would be with the pending change in force. */
export function pendingRecordsOf(index: Index): (readonly [SecretKey, IndexRecord])[] {
  return recordsOf(withPending(index));
}

/** The index as it would be with the pending change in force. */
export function withPending(index: Index): Index {
  return index.pending ? applyEdits(index, pendingEditsOf(index)) : index;
}

/** The edits of the pending change, in the order of the keys. */
export function pendingEditsOf(index: Index): IndexEdits {
  return new Map(sorted(keyed(index.pending?.edits)));
}

export function refOf(
  key: SecretKey,
  { version, envName, place }: Pick<IndexRecord, "version" | "envName" | "place">,
): EntryRef {
  return place ? { key, version, envName, place } : { key, version, envName };
}

/** Notes a change that is about to be made, so that none of its entries is left behind unknown. */
export function noteIntent(index: Index, intent: Intent): Index {
  const versions = keyed(intent.edits).flatMap(([, edit]) => recordOf(edit)?.version ?? []);
  return { ...withoutReserved(abandonIntent(index), versions), intent };
}

/** How many versions are reserved: as many as the values that are mostly entered together. */
const reservedCount = 4;

/** Reserves versions for the entries of the next change. */
export function reserveVersions(index: Index): Index {
  const { reserved = [] } = index;
  const missing = Array.from({ length: Math.max(0, reservedCount - reserved.length) }, newVersion);
  return missing.length === 0 ? index : { ...index, reserved: [...reserved, ...missing] };
}

/** Takes versions out of the reserved ones. */
export function withoutReserved(index: Index, versions: readonly string[]): Index {
  const reserved = index.reserved?.filter((version) => !versions.includes(version));
  return reserved?.length === index.reserved?.length ? index : { ...index, reserved };
}

/** Completes the noted change by where its values were put. */
export function notePlaces(index: Index, places: ReadonlyMap<SecretKey, EntryPlace>): Index {
  const { intent } = index;
  if (!intent || places.size === 0) return index;
  const edits = keyed(intent.edits).map(([key, edit]): [SecretKey, IndexEdit] => {
    const place = places.get(key);
    return [key, place && edit.op === "set" ? { op: "set", record: { ...edit.record, place } } : edit];
  });
  return { ...index, intent: { ...intent, edits: Object.fromEntries(edits) } };
}

/** Makes the noted change: brings it into force or into the pending change. */
export function applyIntent(index: Index): Index {
  const { intent, ...rest } = index;
  if (!intent) return index;
  const kept = unstageEdits(rest, intent.takenBack);
  const edits = new Map(sorted(keyed(intent.edits)));
  return intent.mode === "staged" ? stageEdits(kept, edits, intent.notedAt) : applyEdits(kept, edits);
}

/** Gives the noted change up; what it may have written becomes leftovers. */
export function abandonIntent(index: Index): Index {
  const { intent, ...rest } = index;
  if (!intent) return index;
  const written = sorted(keyed(intent.edits)).flatMap(([key, edit]) => leftoverOf(key, recordOf(edit)));
  return { ...rest, leftovers: [...rest.leftovers, ...written] };
}

/** Brings edits into force. They outrank what was staged for their keys. */
export function applyEdits(index: Index, edits: IndexEdits): Index {
  const leftovers = [...edits.keys()].flatMap((key) => leftoverOf(key, index.secrets.get(key)));
  const secrets = index.secrets.with([...edits].map(([key, edit]) => [key, recordOf(edit)] as const));
  const { pending, given } = dropEdits(index.pending, edits);
  return used({ ...index, secrets, leftovers: [...index.leftovers, ...leftovers, ...given] }, pending, edits);
}

/** Merges edits into the pending change; an edit of the same key takes the place of the earlier one. */
export function stageEdits(index: Index, edits: IndexEdits, stagedAt: string): Index {
  if (edits.size === 0) return index;
  const { pending, given } = dropEdits(index.pending, edits);
  const merged = { ...pending?.edits, ...Object.fromEntries(edits) };
  const createdAt = pending?.createdAt ?? stagedAt;
  return used({ ...index, leftovers: [...index.leftovers, ...given] }, { createdAt, edits: merged }, edits);
}

/** Takes edits out of the pending change. */
export function unstageEdits(index: Index, keys: Iterable<SecretKey>): Index {
  const dropped = new Map([...keys].map((key): [SecretKey, IndexEdit] => [key, { op: "remove" }]));
  const { pending, given } = dropEdits(index.pending, dropped);
  return used({ ...index, leftovers: [...index.leftovers, ...given] }, pending, new Map());
}

/** Forgets leftovers whose entries are gone. */
export function dropLeftovers(index: Index, versions: readonly string[]): Index {
  return { ...index, leftovers: index.leftovers.filter(({ version }) => !versions.includes(version)) };
}

/** The pending change without its edits of these keys; their values become leftovers unless they are taken over. */
function dropEdits(pending: PendingRecord | undefined, edits: IndexEdits) {
  const left = keyed(pending?.edits).filter(([key]) => !edits.has(key));
  const given = [...edits.keys()].flatMap((key) => leftoverOf(key, recordOf(pending?.edits[key])));
  const isEmpty = pending === undefined || left.length === 0;
  return { pending: isEmpty ? undefined : { ...pending, edits: Object.fromEntries(left) }, given };
}

/** Puts the pending change in place, and takes what is in use now out of the leftovers. */
function used(index: Index, pending: PendingRecord | undefined, edits: IndexEdits): Index {
  const { pending: _, ...rest } = index;
  const versions = [...edits.values()].flatMap((edit) => recordOf(edit)?.version ?? []);
  return dropLeftovers(pending ? { ...rest, pending } : rest, versions);
}

function recordOf(edit: IndexEdit | undefined): IndexRecord | undefined {
  return edit?.op === "set" ? edit.record : undefined;
}

function leftoverOf(key: SecretKey, record: IndexRecord | undefined): Leftover[] {
  if (!record) return [];
  const { envName, version, storageBackend } = record;
  return [{ key, envName, version, storageBackend }];
}

function sorted<T>(entries: Iterable<readonly [SecretKey, T]>): (readonly [SecretKey, T])[] {
  return [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

/** The entries of a validated record, with the type of their keys. */
export function keyed<T>(record: Readonly<Record<string, T>> | undefined): (readonly [SecretKey, T])[] {
  return Object.entries(record ?? {}).map(([key, item]) => [toKey(key), item] as const);
}

const knownKeys = new Map<string, SecretKey>();

/** Looks at each text once: stores have thousands of them. */
function toKey(text: string): SecretKey {
  const known = knownKeys.get(text);
  if (known !== undefined) return known;
  const key = SecretKey.parse(text);
  knownKeys.set(text, key);
  return key;
}

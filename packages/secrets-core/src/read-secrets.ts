import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { SecretMetadata, SecretState } from "@latchkey/api-contracts/secrets";
import { aliasesOf } from "./env/aliases.ts";
import { buildSnapshot, type EnvSnapshot } from "./env/env-snapshot.ts";
import { type Index, type IndexRecord, pendingRecordsOf, recordsOf } from "./index-document.ts";
import type { Reading } from "./secret-backend.ts";
import type { StoreContext } from "./store-context.ts";

/** One secret with what its storage backend answered. */
type FoundSecret = Readonly<{ key: SecretKey; record: IndexRecord; reading: Reading }>;

type ReadOptions = Readonly<{
  /** All secrets by default. */
  key?: string | undefined;
  /** Reads as if the pending change were in force. */
  pending?: boolean | undefined;
}>;

/** Reads in one batch. */
function readSecrets(
  { index, storage }: StoreContext,
  { key: wanted, pending = false }: ReadOptions,
): Promise<readonly FoundSecret[]> {
  return whole(index, async (document) => {
    const records = (pending ? pendingRecordsOf(document) : recordsOf(document)).filter(
      ([key]) => wanted === undefined || key === wanted,
    );
    const readings = await storage.read(records);
    const found = records.flatMap(([key, record], i) => {
      const reading = readings[i];
      return reading ? [{ key, record, reading }] : [];
    });
    return { found, isWhole: found.every(({ reading }) => reading.state !== "absent") };
  });
}

/** Where an entry is missing, another process may have replaced it meanwhile: then looks again. */
async function whole<T>(
  index: StoreContext["index"],
  look: (document: Index) => Promise<{ found: T; isWhole: boolean }>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const before = await index.read();
    const { found, isWhole } = await look(before);
    if (isWhole || attempt === 3 || (await index.read()) === before) return found;
  }
}

/** The value of one secret; `undefined` when there is no such secret. @throws as `SecretStore.get` */
export async function readValue(context: StoreContext, key: string): Promise<string | undefined> {
  const [found] = await readSecrets(context, { key });
  if (!found) return undefined;
  const { record, reading } = found;
  if (reading.state === "present") return reading.value;
  if (reading.state === "unreadable") throw reading.error;
  throw new AppError("secrets.storage-changed", { key, storageBackend: record.storageBackend });
}

/** The env snapshot of all secrets, in force or as they would be with the pending change. */
export async function readSnapshot(context: StoreContext, pending: boolean): Promise<EnvSnapshot> {
  const found = await readSecrets(context, { pending });
  const snapshot = buildSnapshot(
    found.map(({ key, record, reading }) => ({
      key,
      envName: record.envName,
      value: reading.state === "present" ? reading.value : undefined,
    })),
  );
  return snapshot.withAliases(aliasesOf(found.map(({ key, record }) => [key, record])));
}

/** What is known of the secrets in force, or of one of them. Reads no value. */
export function readMetadata({ index, storage }: StoreContext, wanted?: string): Promise<SecretMetadata[]> {
  return whole(index, async (document) => {
    const all = recordsOf(document);
    const records = wanted === undefined ? all : all.filter(([key]) => key === wanted);
    const states = await storage.inspect(records);
    const found = records.map(([key, record], i) => metadataOf(key, record, states[i] ?? "unreadable"));
    return { found, isWhole: !states.includes("absent") };
  });
}

/** A secret whose entry is gone is `unreadable`: the index says that it should be there. */
export function metadataOf(key: SecretKey, record: IndexRecord, state: SecretState): SecretMetadata {
  const { envName, aliases, storageBackend, protection, source, createdAt, updatedAt } = record;
  const shown = state === "present" ? "present" : "unreadable";
  const named = { key, envName, ...(aliases && { aliases }) };
  return { ...named, storageBackend, protection, state: shown, source, createdAt, updatedAt };
}

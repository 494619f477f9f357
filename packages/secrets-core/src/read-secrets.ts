import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { SecretMetadata, SecretState } from "@latchkey/api-contracts/secrets";
import { type Index, type IndexRecord, pendingRecordsOf, recordsOf } from "./index-document.ts";
import type { Reading } from "./secret-backend.ts";
import type { StoreContext } from "./store-context.ts";

/** One secret with what its storage backend answered. */
export type FoundSecret = Readonly<{ key: SecretKey; record: IndexRecord; reading: Reading }>;

export type ReadOptions = Readonly<{
  /** All secrets by default. */
  key?: string | undefined;
  /** Reads as if the pending change were in force. */
  pending?: boolean | undefined;
}>;

/** Reads in one batch. */
export function readSecrets(
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

/** What is known of each secret in force. Reads no value. */
export function listSecrets({ index, storage }: StoreContext): Promise<SecretMetadata[]> {
  return whole(index, async (document) => {
    const records = recordsOf(document);
    const states = await storage.inspect(records);
    const found = records.map(([key, record], i) => metadataOf(key, record, states[i] ?? "unreadable"));
    return { found, isWhole: !states.includes("absent") };
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

/** A secret whose entry is gone is `unreadable`: the index says that it should be there. */
export function metadataOf(key: SecretKey, record: IndexRecord, state: SecretState): SecretMetadata {
  const { envName, aliases, storageBackend, protection, source, createdAt, updatedAt } = record;
  const shown = state === "present" ? "present" : "unreadable";
  const named = { key, envName, ...(aliases && { aliases }) };
  return { ...named, storageBackend, protection, state: shown, source, createdAt, updatedAt };
}

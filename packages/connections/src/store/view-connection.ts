import type { Connection, ConnectionState, LastTest } from "@latchkey/api-contracts/connections";
import { isSecretField, shownFields } from "@latchkey/api-contracts/fields";
import type { ConnectionId, SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName, ProviderDefinition } from "@latchkey/api-contracts/providers";
import type { SecretMetadata, StorageStatus } from "@latchkey/api-contracts/secrets";
import { foldName } from "./check-input.ts";
import type { ConnectionRecord, PlacedRecord } from "./connection-record.ts";

/** What a connection is looked at beside. */
export type Surroundings = Readonly<{
  definitionOf: (record: ConnectionRecord) => ProviderDefinition | undefined;
  metadata: ReadonlyMap<SecretKey, SecretMetadata>;
  storage: Pick<StorageStatus, "storageBackend" | "readable">;
  tests: Readonly<Partial<Record<ConnectionId, LastTest>>>;
}>;

/** The connections as they are shown: never a value. */
export function viewConnections(placed: readonly PlacedRecord[], around: Surroundings): Connection[] {
  const users = countUsers(placed);
  return placed.map((item) => ({
    ...viewOf(item, around, users),
    shadowedBy: shadowOf(item, placed)?.record.id ?? null,
  }));
}

function viewOf(
  { record: { references, ...record }, scope, isConfirmed }: PlacedRecord,
  around: Surroundings,
  users: ReadonlyMap<SecretKey, number>,
) {
  const secrets = Object.fromEntries(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries forgets which names they are
    (Object.entries(record.secrets) as [FieldName, SecretKey][]).map(([field, key]) => [
      field,
      {
        ...statusOf(key, around.metadata.get(key)),
        isReference: references.includes(field),
        users: users.get(key) ?? 0,
      },
    ]),
  );
  const lastTest = around.tests[record.id] ?? null;
  return {
    ...record,
    scope,
    secrets,
    lastTest,
    state: stateOf({ ...record, references }, isConfirmed, lastTest, around),
  };
}

/** By how many connections each secret is used. */
function countUsers(placed: readonly PlacedRecord[]): ReadonlyMap<SecretKey, number> {
  const users = new Map<SecretKey, number>();
  for (const { record } of placed) {
    for (const key of new Set(Object.values(record.secrets))) users.set(key, (users.get(key) ?? 0) + 1);
  }
  return users;
}

function statusOf(key: SecretKey, metadata: SecretMetadata | undefined) {
  if (!metadata) return { key, state: "absent" } as const;
  const { state, storageBackend, protection, source, updatedAt } = metadata;
  return { key, state, storageBackend, protection, source, updatedAt };
}

function stateOf(
  record: ConnectionRecord,
  isConfirmed: boolean,
  lastTest: LastTest | null,
  { definitionOf, metadata, storage }: Surroundings,
): ConnectionState {
  const definition = definitionOf(record);
  if (!definition) return "provider-missing";
  if (!isConfirmed) return "unconfirmed";
  if (record.isDisabled) return "disabled";
  const wanted = shownFields(definition, record.fields).filter(isSecretField);
  if (wanted.some(({ name, required }) => required && !record.secrets[name])) return "draft";
  const found = wanted.flatMap(({ name }) => {
    const key = record.secrets[name];
    return key ? [metadata.get(key)] : [];
  });
  if (found.includes(undefined)) return "secret-missing";
  const unreadable = found.find((secret) => secret?.state !== "present");
  if (unreadable) {
    const isReachable = storage.readable && unreadable.storageBackend === storage.storageBackend;
    return isReachable ? "secret-unreadable" : "locked";
  }
  if (!lastTest) return "not-tested";
  return lastTest.cause === null ? "ok" : "failing";
}

/** The connection of the workspace that is in force in the place of one of the person's own. */
export function shadowOf(
  { record, scope }: PlacedRecord,
  placed: readonly PlacedRecord[],
): PlacedRecord | undefined {
  if (scope === "workspace") return undefined;
  return placed.find(
    (other) =>
      other.scope === "workspace" &&
      other.isConfirmed &&
      !other.record.isDisabled &&
      other.record.providerId === record.providerId &&
      foldName(other.record.displayName) === foldName(record.displayName),
  );
}

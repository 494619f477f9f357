import type { UsageItem } from "@latchkey/api-contracts/connections";
import type { ConnectionId, EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import type { Alias } from "@latchkey/secrets-core";
import type { ConnectionRecord, PlacedRecord } from "./connection-record.ts";

/** What usage is looked for in. */
export type UsageSources = Readonly<{
  placed: readonly PlacedRecord[];
  metadata: ReadonlyMap<SecretKey, SecretMetadata>;
  aliases: readonly Alias[];
  /** The keys that the server does not get. */
  withheld: ReadonlySet<SecretKey>;
  defaultLlm: ConnectionId | null;
}>;

/** What would stop working without a secret. */
export function usageOfKey(key: SecretKey, sources: UsageSources): UsageItem[] {
  return [
    ...serverUsage([key], sources),
    ...sources.placed.flatMap(({ record }): UsageItem[] =>
      Object.values(record.secrets).includes(key)
        ? [{ by: "connection", id: record.id, displayName: record.displayName }]
        : [],
    ),
  ];
}

/** What would stop working without a connection and the secrets that are its alone. */
export function usageOfConnection({ record }: PlacedRecord, sources: UsageSources): UsageItem[] {
  const { id } = record;
  return [
    ...serverUsage(ownKeys(record.id, sources.placed), sources),
    ...(sources.defaultLlm === id ? [{ by: "llm-default", id } satisfies UsageItem] : []),
  ];
}

/** The keys of a connection that go with it: made for it, and no other one refers to them. */
export function ownKeys(id: ConnectionId, placed: readonly PlacedRecord[]): SecretKey[] {
  const others = new Set(
    placed.flatMap(({ record }) => (record.id === id ? [] : Object.values(record.secrets))),
  );
  const own = placed.flatMap(({ record }) => (record.id === id ? keysMadeFor(record) : []));
  return [...new Set(own)].filter((key) => !others.has(key));
}

function keysMadeFor({ secrets, references }: ConnectionRecord): SecretKey[] {
  const foreign = new Set<string>(references);
  return Object.entries(secrets).flatMap(([field, key]) => (foreign.has(field) ? [] : [key]));
}

function serverUsage(keys: readonly SecretKey[], { metadata, aliases, withheld }: UsageSources): UsageItem[] {
  const envNames = keys.flatMap((key): EnvName[] => {
    const secret = metadata.get(key);
    if (!secret || withheld.has(key)) return [];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- aliases of connections were parsed as names
    const also = aliases.filter((alias) => alias.key === key).map(({ envName }) => envName as EnvName);
    return [secret.envName, ...also];
  });
  return envNames.length === 0 ? [] : [{ by: "server", envNames }];
}

import type { SecretKey } from "@latchkey/api-contracts/ids";

/** What the server is given of the connections' secrets. */
export type Delivery<Key extends string = SecretKey> = Readonly<{
  /** The further variables that the person opted in to. */
  aliases: readonly Readonly<{ key: Key; envName: string }>[];
  /** The keys that it does not get: used through the broker alone, or of a connection that is off. */
  withheld: ReadonlySet<Key>;
}>;

/** What of a connection decides on its secrets. */
type Delivered<Key extends string, ProviderId extends string> = Readonly<{
  record: Readonly<{
    providerId: ProviderId;
    isDisabled: boolean;
    /** By field. */
    secrets: Readonly<Record<string, Key>>;
    aliases: readonly string[];
  }>;
  /** What an unconfirmed file says of a key changes nothing for it. */
  isConfirmed: boolean;
  /** Another connection is in force in its place. */
  isShadowed: boolean;
}>;

/** What of a provider's definition decides on the secrets of its connections. */
export type DeliveringProvider = Readonly<{
  deliver: string;
  fields: readonly Readonly<{ name: string; env?: string | undefined }>[];
}>;

/** Tells what goes to the server. A key that two connections share goes there when one of them lets it. */
export function deliveryOf<Key extends string, ProviderId extends string>(
  connections: readonly Delivered<Key, ProviderId>[],
  providerOf: (id: ProviderId) => DeliveringProvider | undefined,
): Delivery<Key> {
  const delivered = new Set<Key>();
  const known = new Set<Key>();
  const aliases: { key: Key; envName: string }[] = [];
  for (const { record, isShadowed } of connections.filter(({ isConfirmed }) => isConfirmed)) {
    const provider = providerOf(record.providerId);
    const isGiven = !record.isDisabled && provider?.deliver === "server-env";
    for (const key of Object.values(record.secrets)) {
      known.add(key);
      if (isGiven) delivered.add(key);
    }
    if (!isGiven || isShadowed) continue;
    for (const { name, env } of provider.fields) {
      const key = record.secrets[name];
      if (env && key && record.aliases.includes(env)) aliases.push({ key, envName: env });
    }
  }
  return { aliases, withheld: new Set([...known].filter((key) => !delivered.has(key))) };
}

import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { ProviderDefinition } from "@latchkey/api-contracts/providers";
import type { Alias } from "@latchkey/secrets-core";
import type { ConnectionRecord, PlacedRecord } from "./connection-record.ts";
import { shadowOf } from "./view-connection.ts";

/** What the server is given of the connections' secrets. */
export type Delivery = Readonly<{
  /** The further variables that the person opted in to. */
  aliases: readonly Alias[];
  /** The keys that it does not get: used through the broker alone, or of a connection that is off. */
  withheld: ReadonlySet<SecretKey>;
}>;

/** Tells what goes to the server. A key that two connections share goes there when one of them lets it. */
export function deliveryOf(
  placed: readonly PlacedRecord[],
  definitionOf: (record: ConnectionRecord) => ProviderDefinition | undefined,
): Delivery {
  const delivered = new Set<SecretKey>();
  const known = new Set<SecretKey>();
  const aliases: Alias[] = [];
  for (const item of placed) {
    const { record, isConfirmed } = item;
    // What an unconfirmed file says of a key changes nothing for it.
    if (!isConfirmed) continue;
    const definition = definitionOf(record);
    const isGiven = !record.isDisabled && definition?.deliver === "server-env";
    for (const key of Object.values(record.secrets)) {
      known.add(key);
      if (isGiven) delivered.add(key);
    }
    if (!isGiven || shadowOf(item, placed)) continue;
    for (const { name, env } of definition.fields) {
      const key = record.secrets[name];
      if (env && key && record.aliases.includes(env)) aliases.push({ key, envName: env });
    }
  }
  return { aliases, withheld: new Set([...known].filter((key) => !delivered.has(key))) };
}

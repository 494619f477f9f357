import type { EnvName } from "@latchkey/api-contracts/ids";
import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import type { EnvSnapshot, SecretStore } from "@latchkey/secrets-core";

/** The secrets of a store with all further variables that programs get of them, those of connections among them. */
export async function listWithVariables(
  store: Pick<SecretStore, "list">,
  given: EnvSnapshot,
): Promise<(SecretMetadata & { aliases: EnvName[] })[]> {
  const namesOf = new Map<string, EnvName[]>();
  for (const { key, envName } of given.entries()) namesOf.set(key, [...(namesOf.get(key) ?? []), envName]);
  return (await store.list()).map((secret) => {
    const names = new Set([...(secret.aliases ?? []), ...(namesOf.get(secret.key) ?? [])]);
    names.delete(secret.envName);
    return { ...secret, aliases: [...names] };
  });
}

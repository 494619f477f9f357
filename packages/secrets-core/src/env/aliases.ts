import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { refuseCollision } from "./env-collision.ts";
import { checkEnvName } from "./env-mapping.ts";

/**
 * A second variable for one secret: the name that a provider's own programs look for, `OPENAI_API_KEY` for example.
 * Providers declare them, and each is in force only where the person wanted it.
 */
export type Alias = Readonly<{ key: SecretKey; envName: string }>;

/**
 * The entries, and a copy of each under the aliases of its key. An alias of a key that is not among the entries, or
 * that is the key's own name, adds nothing.
 *
 * @throws `secrets.invalid-key` for a malformed alias, `secrets.reserved-name`, and `secrets.collision` when the name
 *   is another key's variable or alias
 */
export function addAliases<T extends Readonly<{ key: SecretKey; envName: EnvName }>>(
  entries: readonly T[],
  aliases: readonly Alias[],
): T[] {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const all = [...entries];
  for (const { key, envName } of aliases) {
    const name = checkEnvName(key, envName);
    const entry = byKey.get(key);
    if (!entry) continue;
    refuseCollision(
      key,
      name,
      all.map((other) => [other.key, other] as const),
    );
    if (!all.some((other) => other.key === key && other.envName === name))
      all.push({ ...entry, envName: name });
  }
  return all;
}

type Named = Readonly<{ envName: EnvName; aliases?: readonly EnvName[] | undefined }>;

/** Every variable of records with its key, aliases included. */
export function allNamesOf(
  records: readonly (readonly [SecretKey, Named])[],
): (readonly [SecretKey, { envName: EnvName }])[] {
  return records.flatMap(([key, { envName, aliases = [] }]) =>
    [envName, ...aliases].map((name) => [key, { envName: name }] as const),
  );
}

/** The aliases that records have. */
export function aliasesOf(records: readonly (readonly [SecretKey, Named])[]): Alias[] {
  return records.flatMap(([key, { aliases = [] }]) => aliases.map((envName) => ({ key, envName })));
}

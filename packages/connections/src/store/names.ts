import { SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName, ProviderDefinition } from "@latchkey/api-contracts/providers";
import { mapToEnvName, segmentFromId } from "@latchkey/secrets-core";

/** What stands in the way of a key: the keys that are stored or referred to. */
export type TakenKeys = ReadonlySet<SecretKey>;

/** The longest slug that a name gives. **Units** characters. */
const maxSlugLength = 40;

/**
 * The segment that stands for a connection in its keys: `GitHub work` gives `github-work`. A name in other letters
 * gives what can be read of it and a hash.
 */
export function slugOf(displayName: string): string {
  const plain = displayName
    .normalize("NFKD")
    .replaceAll(/\p{Mn}/gu, "")
    .toLowerCase()
    .replaceAll(/[\s_./-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  const isPlain = /^[a-z0-9][a-z0-9-]*$/.test(plain) && plain.length <= maxSlugLength;
  return isPlain ? plain : segmentFromId(displayName.toLowerCase());
}

/** The key of a secret of a connection, by its provider's namespace. */
export function secretKeyOf(
  { namespace, id }: Pick<ProviderDefinition, "namespace" | "id">,
  slug: string,
  { field, appId }: { field: FieldName; appId: string },
): SecretKey {
  const key = namespace === "llm" ? `${appId}.${id}.${slug}` : `${namespace}.${slug}.${field}`;
  return SecretKey.parse(key);
}

/**
 * The first of `slug`, `slug-2`, `slug-3` … under which none of the fields meets a key that is taken, or its variable.
 */
export function freeSlug(
  definition: Pick<ProviderDefinition, "namespace" | "id">,
  slug: string,
  {
    fields,
    appId,
    taken,
    takenSlugs,
  }: { fields: readonly FieldName[]; appId: string; taken: TakenKeys; takenSlugs: ReadonlySet<string> },
): string {
  const takenNames = new Set([...taken].flatMap((key) => envNameOf(key, appId)));
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? slug : `${slug}-${n}`;
    const keys = fields.map((field) => secretKeyOf(definition, candidate, { field, appId }));
    const isFree = keys.every(
      (key) => !taken.has(key) && !envNameOf(key, appId).some((name) => takenNames.has(name)),
    );
    if (isFree && !takenSlugs.has(candidate)) return candidate;
  }
}

/** None for keys whose variable cannot be told from the key: those of `install.`, and of a file that names others. */
function envNameOf(key: SecretKey, appId: string): string[] {
  try {
    return [mapToEnvName(key, { appId })];
  } catch {
    return [];
  }
}

import type { ConnectionScope } from "@latchkey/api-contracts/connections";
import { AppError } from "@latchkey/api-contracts/errors";
import { findFieldProblems, findSecretProblem, isSecretField } from "@latchkey/api-contracts/fields";
import type { ConnectionId, EnvName, ProviderId, SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName, FieldValue, ProviderDefinition } from "@latchkey/api-contracts/providers";
import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import type { PlacedRecord } from "./connection-record.ts";
import { generateSecret } from "./generate-secret.ts";

/** The values of secret fields that are to be saved. */
export type NewSecrets = Readonly<Partial<Record<FieldName, string>>>;

/** The keys of secrets that are there, by the fields that use them. */
export type UsedSecrets = Readonly<Record<FieldName, SecretKey>>;

/** A value of a secret field that is to be saved, and how it came. */
export type GivenSecret = Readonly<{ field: FieldName; value: string; source: "entered" | "generated" }>;

/**
 * Refuses values that the provider's definition does not allow.
 *
 * @throws `connections.invalid-field` with the first field and its rule
 */
export function checkValues(
  definition: ProviderDefinition,
  { fields, secrets }: { fields?: Readonly<Record<FieldName, FieldValue>>; secrets: NewSecrets },
): void {
  const inFields = fields ? findFieldProblems(definition, fields) : [];
  const [problem] = [...inFields, ...secretProblems(definition, secrets)];
  if (problem) throw new AppError("connections.invalid-field", problem);
}

function secretProblems(definition: ProviderDefinition, secrets: NewSecrets) {
  return entriesOf(secrets).flatMap(([name, value]) => {
    const field = secretFieldOf(definition, name);
    const rule = field ? findSecretProblem(field, value) : "unknown-field";
    return rule ? [{ field: name, rule }] : [];
  });
}

/**
 * The secrets that were entered, and those that are made here as their fields declare it.
 *
 * @throws `connections.invalid-field` for a field that declares none, or that was entered too
 */
export function givenSecrets(
  definition: ProviderDefinition,
  secrets: NewSecrets,
  generated: readonly FieldName[],
): GivenSecret[] {
  const made = generated.map((field): GivenSecret => {
    const generate = secretFieldOf(definition, field)?.secret?.generate;
    if (!generate) throw new AppError("connections.invalid-field", { field, rule: "not-allowed" });
    if (secrets[field] !== undefined)
      throw new AppError("connections.invalid-field", { field, rule: "duplicate" });
    return { field, value: generateSecret(generate), source: "generated" };
  });
  const entered = entriesOf(secrets).map(([field, value]) => ({ field, value, source: "entered" }) as const);
  return [...entered, ...made];
}

/**
 * The fields that use a secret that is there.
 *
 * @throws `connections.invalid-field` for one that is no secret field, or that is given a value too
 */
export function usedKeys(
  definition: ProviderDefinition,
  used: UsedSecrets,
  given: readonly GivenSecret[],
): [FieldName, SecretKey][] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries forgets which names they are
  const entries = Object.entries(used) as [FieldName, SecretKey][];
  for (const [field] of entries) {
    const isTwice = given.some((other) => other.field === field);
    if (isTwice) throw new AppError("connections.invalid-field", { field, rule: "duplicate" });
    if (!secretFieldOf(definition, field))
      throw new AppError("connections.invalid-field", { field, rule: "unknown-field" });
  }
  return entries;
}

/**
 * A secret that is used must be there, and kept as well as one that is entered for a connection.
 *
 * @throws `secrets.absent`, `secrets.weak-protection`
 */
export function requireKept(used: UsedSecrets, metadata: ReadonlyMap<SecretKey, SecretMetadata>): void {
  for (const key of Object.values(used)) {
    const secret = metadata.get(key);
    if (!secret) throw new AppError("secrets.absent", { key });
    const { storageBackend, protection } = secret;
    if (protection === "none")
      throw new AppError("secrets.weak-protection", { key, protection: "passphrase", storageBackend });
  }
}

/** The definition of a secret field; `undefined` when there is none of this name. */
export function secretFieldOf(definition: ProviderDefinition, name: FieldName) {
  return definition.fields.find((field) => field.name === name && isSecretField(field));
}

/** The fields and values of a map of secrets. */
export function entriesOf(secrets: NewSecrets): [FieldName, string][] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.entries forgets which names they are
  return Object.entries(secrets) as [FieldName, string][];
}

/** What must be unique among the connections of one scope. */
export type Identity = Readonly<{
  id: ConnectionId;
  providerId: ProviderId;
  scope: ConnectionScope;
  displayName: string;
  aliases: readonly EnvName[];
}>;

/**
 * Refuses a name that another connection of the provider has in the scope, and an alias that is not the provider's or
 * that another connection in the scope has.
 *
 * @throws `connections.name-taken`, `connections.invalid-field` for `aliases`
 */
export function checkIdentity(
  definition: ProviderDefinition,
  placed: readonly PlacedRecord[],
  { id, providerId, scope, displayName, aliases }: Identity,
): void {
  const others = placed.filter((other) => other.record.id !== id && other.scope === scope);
  const name = foldName(displayName);
  if (
    others.some(({ record }) => record.providerId === providerId && foldName(record.displayName) === name)
  ) {
    throw new AppError("connections.name-taken");
  }
  const offered = new Set(definition.fields.flatMap(({ env }) => env ?? []));
  const isForeign = aliases.some((alias) => !offered.has(alias));
  if (isForeign) throw new AppError("connections.invalid-field", { field: "aliases", rule: "not-allowed" });
  const isTaken = others.some(({ record }) => record.aliases.some((alias) => aliases.includes(alias)));
  if (isTaken) throw new AppError("connections.invalid-field", { field: "aliases", rule: "duplicate" });
}

/** Names that differ by case or by how their letters are composed are one. */
export function foldName(name: string): string {
  return name.normalize("NFKC").toLocaleLowerCase("en");
}

import type { ConnectionScope } from "@latchkey/api-contracts/connections";
import { AppError } from "@latchkey/api-contracts/errors";
import { addressOf, isSecretField, shownFields } from "@latchkey/api-contracts/fields";
import type { ConnectionId, EnvName, ProviderId, SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName, FieldValue, ProviderDefinition } from "@latchkey/api-contracts/providers";
import type { Edit } from "@latchkey/secrets-core";
import {
  checkIdentity,
  checkValues,
  type GivenSecret,
  givenSecrets,
  type NewSecrets,
  type UsedSecrets,
  usedKeys,
} from "./check-input.ts";
import { ConnectionRecord, type PlacedRecord } from "./connection-record.ts";
import { ownKeys } from "./find-usage.ts";
import { freeSlug, secretKeyOf, slugOf } from "./names.ts";

/** What a person wants a new connection to be. */
export type NewConnection = Readonly<{
  providerId: ProviderId;
  scope: ConnectionScope;
  displayName: string;
  fields: Readonly<Record<FieldName, FieldValue>>;
  secrets: NewSecrets;
  /** Fields whose value is made here. */
  generatedSecrets?: readonly FieldName[] | undefined;
  /** Fields that use a secret that is there. */
  usedSecrets?: UsedSecrets | undefined;
  aliases: readonly EnvName[];
}>;

/** What a person wants changed; what is left out stays. */
export type ConnectionEdit = Readonly<{
  displayName?: string | undefined;
  fields?: Readonly<Record<FieldName, FieldValue>> | undefined;
  secrets?: NewSecrets | undefined;
  generatedSecrets?: readonly FieldName[] | undefined;
  usedSecrets?: UsedSecrets | undefined;
  removedSecrets?: readonly FieldName[] | undefined;
  aliases?: readonly EnvName[] | undefined;
  isDisabled?: boolean | undefined;
  scope?: ConnectionScope | undefined;
}>;

/** What is known when an edit is planned. */
export type PlanningContext = Readonly<{
  definition: ProviderDefinition;
  placed: readonly PlacedRecord[];
  /** The keys that are stored. */
  stored: ReadonlySet<SecretKey>;
  appId: string;
  at: string;
}>;

/** A record as it is to be, and the edits of secrets that come with it. */
export type PlannedEdit = Readonly<{ record: ConnectionRecord; edits: readonly Edit[] }>;

/**
 * Plans a new connection: its name, its slug and the keys of its secrets are free.
 *
 * @throws `connections.invalid-field`, `connections.name-taken`
 */
export function planCreate(id: ConnectionId, wanted: NewConnection, context: PlanningContext): PlannedEdit {
  const { definition, placed, stored, appId, at } = context;
  const { providerId, scope, displayName, fields, secrets, aliases } = wanted;
  const { generatedSecrets = [], usedSecrets = {} } = wanted;
  checkValues(definition, { fields, secrets });
  const given = givenSecrets(definition, secrets, generatedSecrets);
  const used = usedKeys(definition, usedSecrets, given);
  checkIdentity(definition, placed, { id, providerId, scope, displayName, aliases });
  const taken = new Set([...stored, ...placed.flatMap(({ record }) => Object.values(record.secrets))]);
  const takenSlugs = placed
    .filter(({ record }) => record.providerId === providerId)
    .map(({ record }) => record.slug);
  const slug = freeSlug(definition, slugOf(displayName), {
    fields: definition.fields.filter(isSecretField).map(({ name }) => name),
    appId,
    taken,
    takenSlugs: new Set<string>(takenSlugs),
  });
  const keyed = given.map((secret) => ({
    ...secret,
    key: secretKeyOf(definition, slug, { field: secret.field, appId }),
  }));
  const record = ConnectionRecord.parse({
    id,
    providerId,
    displayName,
    slug,
    createdAt: at,
    updatedAt: at,
    revision: 1,
    isDisabled: false,
    fields,
    secrets: Object.fromEntries([...keyed.map(({ field, key }) => [field, key] as const), ...used]),
    references: used.map(([field]) => field),
    aliases,
  });
  return { record, edits: keyed.map(({ key, value, source }) => setEdit(key, value, source)) };
}

/**
 * Plans a change of a connection. A secret without a key gets one that is free; one that nothing refers to any more
 * goes.
 *
 * @throws `connections.invalid-field`, `connections.name-taken`, `connections.address-changed`
 */
export function planUpdate(
  { record: former, scope: formerScope }: PlacedRecord,
  wanted: ConnectionEdit,
  context: PlanningContext,
): PlannedEdit {
  const { definition, placed, stored, appId, at } = context;
  const { secrets = {}, generatedSecrets = [], usedSecrets = {} } = wanted;
  const next = {
    ...former,
    displayName: wanted.displayName ?? former.displayName,
    fields: wanted.fields ?? former.fields,
    aliases: wanted.aliases ?? former.aliases,
    isDisabled: wanted.isDisabled ?? former.isDisabled,
  };
  // A switch or a new name is possible also where a definition has grown stricter than the values.
  checkValues(definition, { ...(wanted.fields && { fields: wanted.fields }), secrets });
  const given = givenSecrets(definition, secrets, generatedSecrets);
  const used = usedKeys(definition, usedSecrets, given);
  checkIdentity(definition, placed, { ...next, scope: wanted.scope ?? formerScope });

  const keys = { ...former.secrets };
  const references = new Set<FieldName>(former.references);
  const left = secretsLeftBehind({ definition, former, fields: next.fields, wanted });
  // What is entered for a field that used another's secret becomes its own, and changes nothing for the others.
  const freed = given.map(({ field }) => field).filter((field) => references.has(field));
  for (const field of [...(wanted.removedSecrets ?? []), ...left, ...freed]) {
    delete keys[field];
    references.delete(field);
  }
  for (const [field, key] of used) {
    if (keys[field] !== key) references.add(field);
    keys[field] = key;
  }
  const sets = given.map(({ field, value, source }) => {
    const key = (keys[field] ??= freeKey(former, field, context));
    return setEdit(key, value, source);
  });
  const kept = new Set<SecretKey>(Object.values(keys));
  const gone = ownKeys(former.id, placed).filter((key) => stored.has(key) && !kept.has(key));
  const record = ConnectionRecord.parse({
    ...next,
    secrets: keys,
    references: [...references],
    updatedAt: at,
    revision: former.revision + 1,
  });
  return { record, edits: [...gone.map((key) => ({ op: "remove", key }) as const), ...sets] };

  function freeKey({ slug }: ConnectionRecord, field: FieldName, { definition }: PlanningContext): SecretKey {
    const others = placed.filter(({ record }) => record.id !== former.id);
    const free = freeSlug(definition, slug, {
      fields: [field],
      appId,
      taken: new Set([...stored, ...others.flatMap(({ record }) => Object.values(record.secrets))]),
      takenSlugs: new Set(),
    });
    return secretKeyOf(definition, free, { field, appId });
  }
}

/**
 * A saved secret goes where it was saved for: for another address each is entered again. Those of fields that the form
 * no longer shows cannot be, and go.
 *
 * @throws `connections.address-changed` with the first field whose secret is neither entered nor removed
 */
function secretsLeftBehind({
  definition,
  former,
  fields,
  wanted,
}: {
  definition: ProviderDefinition;
  former: ConnectionRecord;
  fields: ConnectionRecord["fields"];
  wanted: ConnectionEdit;
}): FieldName[] {
  if (addressOf(definition, former.fields) === addressOf(definition, fields)) return [];
  const { secrets = {}, generatedSecrets = [], usedSecrets = {}, removedSecrets = [] } = wanted;
  const settled = new Set<string>([
    ...Object.keys(secrets),
    ...generatedSecrets,
    ...Object.keys(usedSecrets),
    ...removedSecrets,
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets which names they are
  const kept = (Object.keys(former.secrets) as FieldName[]).filter((name) => !settled.has(name));
  const shown = new Set<string>(shownFields(definition, fields).map(({ name }) => name));
  const field = kept.find((name) => shown.has(name));
  if (field) throw new AppError("connections.address-changed", { field });
  return kept;
}

function setEdit(key: SecretKey, value: string, source: GivenSecret["source"]): Edit {
  return { op: "set", key, value, source, minimumProtection: "passphrase" };
}

/** @throws `connections.stale` when the record was changed since it was looked at */
export function requireRevision({ revision }: ConnectionRecord, expected: number): void {
  if (revision !== expected) throw new AppError("connections.stale");
}

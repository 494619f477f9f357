import type { CheckReport } from "@latchkey/api-contracts/connection-test";
import type { ConnectionDraft } from "@latchkey/api-contracts/connections";
import { AppError } from "@latchkey/api-contracts/errors";
import {
  addressOf,
  findFieldProblems,
  isSecretField,
  shownFields,
  withDefaults,
} from "@latchkey/api-contracts/fields";
import { EnvName, type SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName, ProviderDefinition } from "@latchkey/api-contracts/providers";
import { namesOf } from "../access/access-audit.ts";
import { entriesOf } from "../store/check-input.ts";
import { httpOf, type UsableConnection } from "../store/usable-connections.ts";
import { checkOf } from "./check-of.ts";
import { definitionOf, failed, noTest, note, type TestParts } from "./test-parts.ts";

/** A form that is tried, with the values that fill it. */
export type Draft = Readonly<{
  definition: ProviderDefinition;
  fields: ConnectionDraft["fields"];
  /** What was typed, and the values of other secrets that it uses. */
  typed: ReadonlyMap<FieldName, string>;
  /** The keys of those. */
  used: readonly SecretKey[];
  /** Whose secrets fill what was not typed. */
  saved: UsableConnection | undefined;
}>;

const elsewhere = "The saved secret is sent to the saved address only. Enter it again to try another one.";

/** Tries a form that was not saved, with what was typed and what is saved. @throws `providers.absent`, `secrets.*` */
export async function testDraft(
  parts: TestParts,
  wanted: ConnectionDraft,
  signal: AbortSignal,
): Promise<CheckReport> {
  const draft = await draftOf(parts, wanted);
  const { definition, fields, typed, used, saved } = draft;
  const { test, id: providerId } = definition;
  if ("noTest" in test) return noTest();
  const [problem] = findFieldProblems(definition, fields);
  if (problem) return failed(`The form cannot be tried yet: look at ${problem.field}.`);
  // Else a form could send a saved secret anywhere.
  if (isFilled(draft) && !isAtSavedAddress(draft)) return failed(elsewhere);
  if (test.kind !== "http") return checkDraft(parts, draft, signal);
  const http = httpOf(definition, fields, (name) => hasSecret(draft, name));
  if (!http) return failed("The provider declares no requests.");
  return parts.testHttp({
    test,
    signal,
    draft: { providerId, http, values: withDefaults(definition, fields), typed, keys: used },
    ...(saved && { saved: saved.connectionId }),
  });
}

/** In a process of its own, which has the secrets that the check names and no other. */
export async function checkDraft(parts: TestParts, draft: Draft, signal: AbortSignal): Promise<CheckReport> {
  const { definition, fields, typed, saved } = draft;
  const shown = shownFields(definition, fields).filter(isSecretField);
  const names = new Map(
    shown.flatMap(({ name }) => (hasSecret(draft, name) ? [[name, nameInDraft(name)] as const] : [])),
  );
  const check = checkOf(definition, fields, names);
  if (!check) return failed("The form cannot be tried as it is filled in.");
  const isUsed = new Set<unknown>(Object.values(check.request.secrets ?? {}));
  const sent = [...names].filter(([, envName]) => isUsed.has(envName));
  const filled = sent.flatMap(([name]) => (typed.has(name) ? [] : [name]));
  const known = saved ? namesOf(saved, filled) : { keys: [], providerId: definition.id };
  await note(parts, check, { ...known, keys: [...known.keys, ...draft.used] });
  const env: Record<string, string> = {};
  for (const [name, envName] of sent) env[envName] = typed.get(name) ?? (await readSaved(parts, saved, name));
  return parts.runDraftCheck(check, env, signal);
}

/** Whether a saved secret would be used for a field that is shown. */
function isFilled({ definition, fields, typed, saved }: Draft): boolean {
  const shown = new Set<string>(shownFields(definition, fields).map(({ name }) => name));
  return saved?.secretFields.some(({ name }) => shown.has(name) && !typed.has(name)) === true;
}

function isAtSavedAddress({ definition, fields, saved }: Draft): boolean {
  return saved !== undefined && addressOf(definition, saved.values) === addressOf(definition, fields);
}

function readSaved(
  { usable }: TestParts,
  saved: UsableConnection | undefined,
  field: FieldName,
): Promise<string> {
  if (!saved) throw new AppError("connections.absent");
  return usable.use(saved.connectionId, field, async (value) => new TextDecoder().decode(value));
}

async function draftOf(parts: TestParts, draft: ConnectionDraft): Promise<Draft> {
  const { id, providerId, fields, secrets, usedSecrets, removedSecrets } = draft;
  const known = id && (await parts.usable.find(id));
  const used = await Promise.all(
    entriesOf(usedSecrets).map(async ([field, key]) => [field, await readKey(parts, key)] as const),
  );
  return {
    definition: definitionOf(parts, providerId),
    fields,
    typed: new Map([...entriesOf(secrets).filter(([, value]) => value !== ""), ...used]),
    used: Object.values(usedSecrets),
    // A form of another provider would use the secret in a way that it was not saved for.
    saved: known && known.providerId === providerId ? without(known, removedSecrets) : undefined,
  };
}

/** @throws `secrets.absent`, as `SecretStore.get` */
async function readKey({ secrets }: TestParts, key: string): Promise<string> {
  const value = await secrets.get(key);
  if (value === undefined) throw new AppError("secrets.absent", { key });
  return value;
}

function without(saved: UsableConnection, removed: readonly FieldName[]): UsableConnection {
  return { ...saved, secretFields: saved.secretFields.filter(({ name }) => !removed.includes(name)) };
}

function hasSecret({ typed, saved }: Draft, name: FieldName): boolean {
  return typed.has(name) || saved?.secretFields.some((field) => field.name === name) === true;
}

function nameInDraft(field: FieldName): EnvName {
  return EnvName.parse(`DRAFT_${field.toUpperCase().replaceAll("-", "_")}`);
}

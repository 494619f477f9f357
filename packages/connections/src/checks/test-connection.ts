import type { Check, CheckReport } from "@latchkey/api-contracts/connection-test";
import type { ConnectionDraft } from "@latchkey/api-contracts/connections";
import { AppError } from "@latchkey/api-contracts/errors";
import {
  addressOf,
  findFieldProblems,
  isSecretField,
  shownFields,
  withDefaults,
} from "@latchkey/api-contracts/fields";
import { type ConnectionId, EnvName, type SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName, ProviderDefinition } from "@latchkey/api-contracts/providers";
import type { SecretStore } from "@latchkey/secrets-core";
import type { Access } from "../access/access.ts";
import { namesOf } from "../access/access-audit.ts";
import { failedReport } from "../access/http-report.ts";
import type { AppendAudit } from "../access/ports.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import { entriesOf } from "../store/check-input.ts";
import { httpOf, type UsableConnection, type UsableConnections } from "../store/usable-connections.ts";
import { checkOf, hostOf, type SecretNames } from "./check-of.ts";

/**
 * What is tested: a saved connection, or a draft with what was typed. Whoever asks has the person's word that a secret
 * which the draft uses may go to its address.
 */
export type TestTarget = Readonly<{ id: ConnectionId }> | ConnectionDraft;

/** Tries a connection; always ends, and never throws. */
export type TestConnection = (target: TestTarget, signal: AbortSignal) => Promise<CheckReport>;

/** What the tests of connections run on. */
export type TestParts = Readonly<{
  providers: Pick<ProviderRegistry, "find">;
  usable: UsableConnections;
  secrets: Pick<SecretStore, "list" | "get">;
  append: AppendAudit;
  testHttp: Access["testHttp"];
  /** Runs a check where the server's variables are. */
  runCheck: (check: Check, signal: AbortSignal) => Promise<CheckReport>;
  /** Runs a check in a process of its own, with these variables and no other. */
  runDraftCheck: (
    check: Check,
    env: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<CheckReport>;
}>;

type Draft = Readonly<{
  definition: ProviderDefinition;
  fields: ConnectionDraft["fields"];
  /** What was typed, and the values of other secrets that it uses. */
  typed: ReadonlyMap<FieldName, string>;
  /** The keys of those. */
  used: readonly SecretKey[];
  /** Whose secrets fill what was not typed. */
  saved: UsableConnection | undefined;
}>;

const unusable = "The connection cannot be used as it is saved.";
const elsewhere = "The saved secret is sent to the saved address only. Enter it again to try another one.";

/**
 * Tests by the protocol that a provider declares: HTTP on the way of the broker, the others in a server process. Saved
 * values that the server has are tried by it; drafts, and what the broker alone may use, in a process of their own.
 */
export function createConnectionTest(parts: TestParts): TestConnection {
  return async (target, signal) => {
    try {
      return await ("providerId" in target
        ? testDraft(parts, await draftOf(parts, target), signal)
        : testSaved(parts, target.id, signal));
    } catch (error) {
      // Only texts of the error table: whatever else was thrown may quote anything.
      return failed(error instanceof AppError ? error.message : "");
    }
  };
}

async function testSaved(parts: TestParts, id: ConnectionId, signal: AbortSignal): Promise<CheckReport> {
  const saved = await parts.usable.find(id);
  if (!saved) return failed(unusable);
  const definition = definitionOf(parts, saved.providerId);
  const { test, deliver } = definition;
  if ("noTest" in test) return noTest();
  if (test.kind === "http") return parts.testHttp({ test, signal, saved: id });
  if (deliver === "broker") {
    return checkDraft(parts, { definition, fields: saved.values, typed: new Map(), used: [], saved }, signal);
  }
  const check = checkOf(definition, saved.values, await namesInServer(parts, saved));
  if (!check) return failed(unusable);
  await note(parts, check, namesOf(saved));
  return parts.runCheck(check, signal);
}

async function testDraft(parts: TestParts, draft: Draft, signal: AbortSignal): Promise<CheckReport> {
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
async function checkDraft(parts: TestParts, draft: Draft, signal: AbortSignal): Promise<CheckReport> {
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

/** The variables that the server has of a connection's secrets. */
async function namesInServer(
  { secrets }: TestParts,
  { secretFields }: UsableConnection,
): Promise<SecretNames> {
  const byKey = new Map((await secrets.list()).map(({ key, envName }) => [key, envName]));
  return new Map(
    secretFields.flatMap(({ name, key }) => {
      const envName = byKey.get(key);
      return envName ? [[name, envName] as const] : [];
    }),
  );
}

function nameInDraft(field: FieldName): EnvName {
  return EnvName.parse(`DRAFT_${field.toUpperCase().replaceAll("-", "_")}`);
}

/** Written before anything is sent. */
function note({ append }: TestParts, check: Check, names: ReturnType<typeof namesOf>): Promise<void> {
  const host = hostOf(check);
  return append({
    actor: "person",
    action: "connection.test",
    outcome: "done",
    ...names,
    ...(host !== undefined && { host }),
  });
}

function definitionOf({ providers }: TestParts, providerId: ProviderDefinition["id"]): ProviderDefinition {
  const definition = providers.find(providerId);
  if (!definition) throw new AppError("providers.absent", { providerId });
  return definition;
}

const failed = (details: string) => failedReport("internal", [], details);
const noTest = (): CheckReport => ({ outcome: "no-test", cause: "no_test", steps: [], details: "" });

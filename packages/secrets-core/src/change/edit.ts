import { AppError } from "@latchkey/api-contracts/errors";
import { type EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type { Protection, SecretSource } from "@latchkey/api-contracts/secrets";
import { checkEnvName, mapToEnvName } from "../env/env-mapping.ts";
import { checkSecretValue } from "../secret-value.ts";

/** One edit of a change. Of two edits of one key the later one counts. */
export type Edit =
  | Readonly<{
      op: "set";
      key: string;
      value: string;
      /** The variable of an `install.` key; refused for other keys. */
      envName?: string | undefined;
      /** Further variables, with a value that is not in force yet. Default: those that the secret has. */
      aliases?: readonly string[] | undefined;
      /** Default `entered`. */
      source?: SecretSource | undefined;
      /** Default `none`: less than this and the value is refused. */
      minimumProtection?: Protection | undefined;
    }>
  | Readonly<{
      op: "remove";
      key: string;
      /** Removes it also when its storage backend cannot be reached, and is perhaps gone for good. */
      abandon?: boolean | undefined;
    }>;

/** An edit whose key, variable and value may be stored. */
export type CheckedEdit =
  | Readonly<{
      op: "set";
      key: SecretKey;
      envName: EnvName;
      aliases: readonly EnvName[] | undefined;
      value: string;
      source: SecretSource;
      minimumProtection: Protection;
    }>
  | Readonly<{ op: "remove"; key: SecretKey; abandon: boolean }>;

/**
 * Checks edits by themselves, before anything is read or written.
 *
 * @throws `secrets.invalid-key`, `secrets.invalid-value`, `secrets.too-large`, `secrets.reserved-name`
 */
export function checkEdits(edits: readonly Edit[], appId: string): readonly CheckedEdit[] {
  const byKey = new Map(edits.map((edit) => checkEdit(edit, appId)).map((edit) => [edit.key, edit]));
  return [...byKey.values()];
}

/** The keys of edits that may be named in a log: those that have the form of one. */
export function keysOf(edits: readonly Edit[]): SecretKey[] {
  return [...new Set(edits.flatMap(({ key }) => SecretKey.safeParse(key).data ?? []))];
}

/** What was given as a key may be anything, so it is not quoted. @throws `secrets.invalid-key` */
export function checkKey(text: string): SecretKey {
  const { data } = SecretKey.safeParse(text);
  if (data === undefined) throw new AppError("secrets.invalid-key", { key: "given", rule: "wrong-form" });
  return data;
}

function checkEdit(edit: Edit, appId: string): CheckedEdit {
  const key = checkKey(edit.key);
  if (edit.op === "remove") return { op: "remove", key, abandon: edit.abandon ?? false };
  const { value, source = "entered", minimumProtection = "none" } = edit;
  const envName = mapToEnvName(key, { appId, envName: edit.envName });
  const aliases = edit.aliases && aliasesFor(key, envName, edit.aliases);
  return { op: "set", key, envName, aliases, value: checkSecretValue(key, value), source, minimumProtection };
}

/**
 * The further variables that a secret can be given.
 *
 * @throws `secrets.invalid-key`, `secrets.reserved-name`
 */
export function aliasesFor(key: SecretKey, envName: EnvName, names: readonly string[]): EnvName[] {
  const checked = new Set(names.map((name) => checkEnvName(key, name)));
  checked.delete(envName);
  return [...checked];
}

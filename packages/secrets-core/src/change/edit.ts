import { AppError } from "@latchkey/api-contracts/errors";
import { type EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type { SecretSource } from "@latchkey/api-contracts/secrets";
import { mapToEnvName } from "../env/env-mapping.ts";
import { checkSecretValue } from "../secret-value.ts";

/** One edit of a change. Of two edits of one key the later one counts. */
export type Edit =
  | Readonly<{
      op: "set";
      key: string;
      value: string;
      /** The variable of an `install.` key; refused for other keys. */
      envName?: string | undefined;
      /** Default `entered`. */
      source?: SecretSource | undefined;
    }>
  | Readonly<{ op: "remove"; key: string }>;

/** An edit whose key, variable and value may be stored. */
export type CheckedEdit =
  | Readonly<{ op: "set"; key: SecretKey; envName: EnvName; value: string; source: SecretSource }>
  | Readonly<{ op: "remove"; key: SecretKey }>;

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

function checkEdit(edit: Edit, appId: string): CheckedEdit {
  const parsed = SecretKey.safeParse(edit.key);
  if (!parsed.success) throw new AppError("secrets.invalid-key", { key: "given", rule: "wrong-form" });
  const key = parsed.data;
  if (edit.op === "remove") return { op: "remove", key };
  const { value, source = "entered" } = edit;
  const envName = mapToEnvName(key, { appId, envName: edit.envName });
  return { op: "set", key, envName, value: checkSecretValue(key, value), source };
}

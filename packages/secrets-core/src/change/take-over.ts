import type { AuditActor } from "@latchkey/api-contracts/audit";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { LockHold } from "../files/store-lock.ts";
import { recordsOf } from "../index-document.ts";
import type { StoreContext } from "../store-context.ts";
import type { CheckedEdit } from "./edit.ts";
import { runChange } from "./run-change.ts";

/** Which secrets moved to the chosen storage backend, and which stayed where they are because they cannot be read. */
export type TakeOver = Readonly<{ moved: readonly SecretKey[]; stayed: readonly SecretKey[] }>;

/** The keys of the secrets that lie in a weaker place than new ones would. */
export async function listWeaker({ index, storage }: StoreContext): Promise<SecretKey[]> {
  return storage.weakerOf(recordsOf(await index.read())).map(([key]) => key);
}

/**
 * Moves secrets from weaker places to the chosen one, as one change: a weak copy goes when its value was read back
 * from the new place and is in force there.
 *
 * Runs under the store's lock.
 *
 * @throws as `runChange`; every secret stays where it is
 */
export async function takeOver(context: StoreContext, actor: AuditActor, hold: LockHold): Promise<TakeOver> {
  const records = context.storage.weakerOf(recordsOf(await context.index.read()));
  const readings = await context.storage.read(records);
  const edits = records.flatMap(([key, { envName, source }], i): CheckedEdit[] => {
    const reading = readings[i];
    if (reading?.state !== "present") return [];
    const { value } = reading;
    return [{ op: "set", key, envName, aliases: undefined, value, source, minimumProtection: "none" }];
  });
  const moved = edits.map(({ key }) => key);
  const stayed = records.flatMap(([key]) => (moved.includes(key) ? [] : [key]));
  if (edits.length > 0) await runChange(context, { edits, mode: "at-once", actor }, hold);
  return { moved, stayed };
}

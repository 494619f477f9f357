import { AppError } from "@latchkey/api-contracts/errors";
import { mapToEnvName } from "../env/env-mapping.ts";
import type { SecretStore } from "../secret-store.ts";
import type { Backup } from "./open-backup.ts";
import {
  type OnConflict,
  type PlannedRestore,
  planRestore,
  type RestoreItem,
  type StoredSecret,
} from "./plan-restore.ts";

export type RestoreOptions = {
  /** The host app's id, as the store was opened with it; may be another than the one the backup came from. */
  appId: string;
  /** Default `keep`. */
  onConflict?: OnConflict;
};

/**
 * What a restore would do, by keys alone; nothing is changed. `same` is there already, `keep` leaves another value in
 * its place, `refuse` has a code.
 */
export async function previewRestore(
  store: Pick<SecretStore, "list" | "snapshot">,
  backup: Backup,
  options: RestoreOptions,
): Promise<RestoreItem[]> {
  return (await plan(store, backup, options)).map(withoutValue);
}

/**
 * Restores what `previewRestore` shows, in one change: all of it, or nothing. Refused items are left out. What was
 * written is read back and compared.
 *
 * @throws as `SecretStore.change`; `secrets.not-written` when a value does not come back as it is in the backup
 */
export async function restoreBackup(
  store: Pick<SecretStore, "list" | "snapshot" | "change">,
  backup: Backup,
  options: RestoreOptions,
): Promise<RestoreItem[]> {
  const planned = await plan(store, backup, options);
  const edits = planned.flatMap(({ key, write }) => (write ? [{ op: "set" as const, key, ...write }] : []));
  if (edits.length > 0) await store.change(edits);
  await verify(store, planned, options.appId);
  return planned.map(withoutValue);
}

async function plan(
  store: Pick<SecretStore, "list" | "snapshot">,
  backup: Backup,
  { appId, onConflict = "keep" }: RestoreOptions,
): Promise<PlannedRestore[]> {
  const values = (await store.snapshot()).toEnv();
  const stored = (await store.list()).map(
    ({ key, envName, aliases }): StoredSecret => ({ key, envName, aliases, value: values[envName] }),
  );
  return planRestore({ secrets: backup.secrets(), stored, fromAppId: backup.appId, appId, onConflict });
}

async function verify(
  store: Pick<SecretStore, "snapshot">,
  planned: readonly PlannedRestore[],
  appId: string,
): Promise<void> {
  const values = (await store.snapshot()).toEnv();
  for (const { key, write } of planned) {
    if (!write) continue;
    const found = values[mapToEnvName(key, { appId, envName: write.envName })];
    if (found !== write.value) throw new AppError("secrets.not-written", { key });
  }
}

function withoutValue({ from, key, action, code }: PlannedRestore): RestoreItem {
  return { from, key, action, ...(code === undefined ? {} : { code }) };
}

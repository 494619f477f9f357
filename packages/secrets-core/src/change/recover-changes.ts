import type { LockHold } from "../files/store-lock.ts";
import {
  abandonIntent,
  applyIntent,
  type Index,
  type IndexRecord,
  type Intent,
  keyed,
  withoutReserved,
} from "../index-document.ts";
import type { SecretBackend } from "../secret-backend.ts";
import { auditStep } from "../store-audit.ts";
import type { StoreContext } from "../store-context.ts";
import { sweep } from "./sweep.ts";

/**
 * Ends what a crash or an unreachable storage backend left half done: resolves a noted change and removes entries that
 * are in nobody's use. A pending change stays pending.
 *
 * Runs under the store's lock.
 *
 * @throws `secrets.busy`, `audit.failed`, `files.failed`
 */
export async function recoverChanges(context: StoreContext, hold: LockHold): Promise<void> {
  const index = await recoverIntent(context, hold);
  const swept = await removeOrphans(context, await sweep(context, index), hold);
  if (swept === index) return;
  hold.assertHeld();
  await context.index.write(swept);
}

/** Whether `recoverChanges` has anything to do. */
export async function needsRecovery({ index, storage }: StoreContext): Promise<boolean> {
  const { intent, leftovers, reserved = [] } = await index.read();
  if (intent || (storage.status().readable && leftovers.length > 0)) return true;
  const found = await Promise.all(storage.backends.map((backend) => orphansIn(backend, reserved)));
  return found.some(({ length }) => length > 0);
}

/** What lies under reserved versions, as far as that can be told now. */
async function orphansIn({ byVersion }: SecretBackend, reserved: readonly string[]) {
  return reserved.length === 0 ? [] : ((await byVersion?.find(reserved).catch(() => [])) ?? []);
}

/** Takes away what changes that did not come to their end wrote under reserved versions. */
async function removeOrphans({ storage }: StoreContext, index: Index, hold: LockHold): Promise<Index> {
  const done: string[] = [];
  for (const backend of storage.backends) {
    const found = await orphansIn(backend, index.reserved ?? []);
    const isNewer = await Promise.all(found.map(({ key }) => isInForceLost(backend, index.secrets.get(key))));
    const orphans = found.filter((_, i) => !isNewer[i]).map(({ version }) => version);
    // Without the lock they may be another's, and in force.
    hold.assertHeld();
    try {
      await backend.byVersion?.remove(orphans);
      done.push(...found.map(({ version }) => version));
    } catch {
      // They stay reserved for the next start.
    }
  }
  return withoutReserved(index, done);
}

/** Then the index may be older than the entry, from a backup for example, and the entry is left as a stranger. */
async function isInForceLost({ name, byVersion }: SecretBackend, record: IndexRecord | undefined) {
  if (record?.storageBackend !== name) return false;
  return (await byVersion?.find([record.version]))?.length === 0;
}

/**
 * Resolves a noted change that was not ended. It is given up: nobody was told of it. Only when the index itself was
 * lost and its previous copy tells of the change, the lost one may have had it in force: then it comes into force if
 * all its values are there, and waits while that cannot be told. @returns the index as it is then
 */
export async function recoverIntent(context: StoreContext, hold: LockHold): Promise<Index> {
  const index = await context.index.read();
  if (!index.intent) return index;
  const resolved = context.index.isCopy()
    ? await followIntent(context, index, index.intent)
    : abandonIntent(index);
  if (resolved === index) return index;
  await auditStep(context.onAudit, {
    actor: "app",
    action: index.intent.mode === "staged" ? "secret.stage" : "secret.set",
    outcome: resolved.leftovers.length > index.leftovers.length ? "failed" : "done",
    keys: keyed(index.intent.edits).map(([key]) => key),
    reason: "recovered",
  });
  hold.assertHeld();
  await context.index.write(resolved);
  return resolved;
}

async function followIntent({ storage }: StoreContext, index: Index, { edits }: Intent): Promise<Index> {
  const records = keyed(edits).flatMap(([key, edit]) =>
    edit.op === "set" ? [[key, edit.record] as const] : [],
  );
  const states = await storage.inspect(records);
  if (states.includes("unreadable")) return index;
  return states.includes("absent") ? abandonIntent(index) : applyIntent(index);
}

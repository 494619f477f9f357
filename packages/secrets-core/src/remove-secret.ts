import type { AuditActor } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { LockHold } from "./files/store-lock.ts";
import { dropLeftovers, refOf, removeRecord, restoreRecord } from "./index-document.ts";
import { auditStep } from "./store-audit.ts";
import type { StoreContext } from "./store-context.ts";

/**
 * Removes a secret: the step is audited, the tombstone written, the entry removed. When the entry cannot be removed
 * the secret stays.
 *
 * Runs under the store's lock.
 *
 * @throws `secrets.absent`, `secrets.locked`, `secrets.unavailable`, `audit.failed`
 */
export async function removeSecret(
  context: StoreContext,
  key: SecretKey,
  actor: AuditActor,
  hold: LockHold,
): Promise<void> {
  const index = await context.index.read();
  const record = index.secrets[key];
  if (!record) throw new AppError("secrets.absent", { key });
  const { storageBackend, protection } = record;
  const backend = context.storage.backendOf(storageBackend);
  const [reading] = await backend.read([refOf(key, record)]);
  if (reading?.state === "unreadable") throw reading.error;

  hold.assertHeld();
  await auditStep(context.onAudit, {
    actor,
    action: "secret.remove",
    outcome: "done",
    keys: [key],
    storageBackend,
    protection,
  });
  const removed = removeRecord(index, key);
  await context.index.write(removed);
  try {
    await backend.remove(refOf(key, record));
  } catch (error) {
    await context.index.write(restoreRecord(removed, key, record));
    throw error;
  }
  context.index.writeLater(dropLeftovers(removed, [record.version]));
}

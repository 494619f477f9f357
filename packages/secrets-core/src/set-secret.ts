import type { AuditActor } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";
import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type { SecretChange, SecretSource } from "@latchkey/api-contracts/secrets";
import { newVersion } from "./entry-version.ts";
import { refuseCollision } from "./env/env-collision.ts";
import type { LockHold } from "./files/store-lock.ts";
import {
  abandonIntent,
  addIntent,
  commitIntent,
  dropLeftovers,
  type IndexDocument,
  type IndexRecord,
  recordsOf,
  refOf,
} from "./index-document.ts";
import { removeLeftovers } from "./recover-changes.ts";
import type { SecretBackend } from "./secret-backend.ts";
import { auditStep } from "./store-audit.ts";
import type { StoreContext } from "./store-context.ts";

/** A checked request to store a value. */
export type SetRequest = Readonly<{
  key: SecretKey;
  envName: EnvName;
  value: string;
  source: SecretSource;
  actor: AuditActor;
}>;

export type SetOutcome = Readonly<{ change: SecretChange; record: IndexRecord }>;

/**
 * Stores a value: the intent is noted, the value written under a new version and read back, the step audited, the
 * record brought into force, and the former entry removed. Up to the record the former value stays in force.
 *
 * Runs under the store's lock.
 *
 * @throws `secrets.collision`, `secrets.locked`, `secrets.unavailable`, `secrets.not-written`, `audit.failed`
 */
export async function setSecret(
  context: StoreContext,
  request: SetRequest,
  hold: LockHold,
): Promise<SetOutcome> {
  const { key, envName, value } = request;
  const index = await context.index.read();
  refuseCollision(key, envName, [
    ...recordsOf(index),
    ...index.intents.map(({ key, record }) => [key, record] as const),
  ]);
  const backend = context.storage.requireWritable();
  const former = index.secrets[key];
  if (former && (await isInForce(context, request, former, backend))) {
    return { change: "unchanged", record: former };
  }

  const record = newRecord(context, request, former, backend);
  const noted = addIntent(index, { key, record });
  await context.index.write(noted);
  try {
    await writeVerified(backend, refOf(key, record), value);
    hold.assertHeld();
    const { storageBackend, protection, storageReason } = record;
    await auditStep(context.onAudit, {
      actor: request.actor,
      action: "secret.set",
      outcome: "done",
      keys: [key],
      storageBackend,
      protection,
      storageReason,
    });
  } catch (error) {
    context.storage.noteFailure(backend, error);
    await undo(context, noted, key, error);
    throw error;
  }
  await commit(context, noted, key, record);
  return { change: former ? "replaced" : "created", record };
}

async function isInForce(
  context: StoreContext,
  { key, envName, value }: SetRequest,
  former: IndexRecord,
  backend: SecretBackend,
): Promise<boolean> {
  if (former.storageBackend !== backend.name || former.envName !== envName) return false;
  const [reading] = await context.storage.read([[key, former]]);
  return reading?.state === "present" && reading.value === value;
}

function newRecord(
  { storage, now }: StoreContext,
  { envName, source }: SetRequest,
  former: IndexRecord | undefined,
  backend: SecretBackend,
): IndexRecord {
  const updatedAt = now().toISOString();
  return {
    envName,
    storageBackend: backend.name,
    protection: backend.protection,
    storageReason: storage.status().reason,
    version: newVersion(),
    source,
    createdAt: former?.createdAt ?? updatedAt,
    updatedAt,
  };
}

async function writeVerified(backend: SecretBackend, ref: ReturnType<typeof refOf>, value: string) {
  await backend.write(ref, value);
  const [reading] = await backend.read([ref]);
  if (reading?.state === "unreadable") throw reading.error;
  if (reading?.state !== "present" || reading.value !== value) {
    throw new AppError("secrets.not-written", { key: ref.key });
  }
}

/** Takes a noted change back. What cannot be done now is done at the next start. */
async function undo(
  context: StoreContext,
  noted: IndexDocument,
  key: SecretKey,
  cause: unknown,
): Promise<void> {
  const abandoned = abandonIntent(noted, key);
  await context.index.write(abandoned).catch(() => undefined);
  // A storage that did not answer the write would keep the person waiting as long again.
  const isUnreachable = cause instanceof AppError && cause.code === "secrets.unavailable";
  if (!isUnreachable) await removeLeftovers(context, abandoned);
}

async function commit(
  context: StoreContext,
  noted: IndexDocument,
  key: SecretKey,
  record: IndexRecord,
): Promise<void> {
  const committed = commitIntent(noted, key);
  try {
    await context.index.write(committed);
  } catch (error) {
    // The write may have happened although it failed; what is on disk decides.
    const onDisk = await context.index.read().catch(() => undefined);
    if (onDisk?.secrets[key]?.version !== record.version) {
      await undo(context, noted, key, error);
      throw error;
    }
  }
  const gone = await removeLeftovers(context, committed);
  if (gone.length > 0) context.index.writeLater(dropLeftovers(committed, gone));
}

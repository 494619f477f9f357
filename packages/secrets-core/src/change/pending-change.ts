import { createHash } from "node:crypto";
import type { AuditActor } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";
import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type { Protection, SecretSource, StorageBackendName } from "@latchkey/api-contracts/secrets";
import type { LockHold } from "../files/store-lock.ts";
import { applyEdits, type Index, pendingEditsOf, unstageEdits } from "../index-document.ts";
import { auditStep, auditSteps } from "../store-audit.ts";
import type { StoreContext } from "../store-context.ts";
import { describeEdits } from "./audit-change.ts";
import { bringIntoForce } from "./run-change.ts";

/** One edit that waits, without its value. `replaces` tells whether the key has a value in force. */
export type PendingEdit =
  | Readonly<{
      op: "set";
      key: SecretKey;
      envName: EnvName;
      replaces: boolean;
      storageBackend: StorageBackendName;
      protection: Protection;
      source: SecretSource;
    }>
  | Readonly<{ op: "remove"; key: SecretKey; envName: EnvName }>;

/** The change that waits to be committed or discarded. */
export type PendingChange = Readonly<{
  /** Another one for any other set of edits, so that what is committed is what was tried. */
  revision: string;
  keys: readonly SecretKey[];
  edits: readonly PendingEdit[];
  /** When its first edit was staged. */
  createdAt: string;
}>;

export function pendingChangeOf(index: Index): PendingChange | undefined {
  const { pending } = index;
  if (!pending) return undefined;
  const staged = [...pendingEditsOf(index)];
  const edits = staged.flatMap(([key, edit]): PendingEdit[] => {
    const former = index.secrets.get(key);
    if (edit.op === "remove") return former ? [{ op: "remove", key, envName: former.envName }] : [];
    const { envName, storageBackend, protection, source } = edit.record;
    return [{ op: "set", key, envName, replaces: former !== undefined, storageBackend, protection, source }];
  });
  return {
    revision: revisionOf(index),
    keys: staged.map(([key]) => key),
    edits,
    createdAt: pending.createdAt,
  };
}

/** A digest of which versions are staged; they are random and tell nothing of the values. */
function revisionOf(index: Index): string {
  const versions = [...pendingEditsOf(index)].map(([key, edit]) => [
    key,
    edit.op === "set" && edit.record.version,
  ]);
  return createHash("sha256").update(JSON.stringify(versions)).digest("hex").slice(0, 16);
}

/**
 * Brings the pending change into force, all of it or nothing.
 *
 * Runs under the store's lock.
 *
 * @throws `secrets.change-superseded`, `secrets.storage-changed`, `audit.failed`, `files.failed`; it stays pending
 */
export async function commitPending(
  context: StoreContext,
  { revision, actor }: { revision?: string | undefined; actor: AuditActor },
  hold: LockHold,
): Promise<readonly SecretKey[]> {
  const index = await context.index.read();
  const edits = pendingEditsOf(index);
  if (revision !== undefined && revision !== pendingChangeOf(index)?.revision) {
    throw new AppError("secrets.change-superseded");
  }
  if (edits.size === 0) return [];
  await requireStored(context, index);
  await auditSteps(context.onAudit, describeEdits(index, edits, { mode: "at-once", actor }));
  await bringIntoForce(context, index, applyEdits(index, edits), hold);
  return [...edits.keys()];
}

/** A value that was verified when it was staged may be lost since; one that is locked only waits. */
async function requireStored({ storage }: StoreContext, index: Index): Promise<void> {
  const records = [...pendingEditsOf(index)].flatMap(([key, edit]) =>
    edit.op === "set" ? [[key, edit.record] as const] : [],
  );
  const states = await storage.inspect(records);
  const lost = records.find((_, i) => states[i] === "absent");
  if (!lost) return;
  const [key, { storageBackend }] = lost;
  throw new AppError("secrets.storage-changed", { key, storageBackend });
}

/**
 * Gives the pending change up; the values in force stay.
 *
 * Runs under the store's lock.
 *
 * @throws `audit.failed`, `files.failed`; it stays pending
 */
export async function discardPending(
  context: StoreContext,
  { actor }: { actor: AuditActor },
  hold: LockHold,
): Promise<readonly SecretKey[]> {
  const index = await context.index.read();
  const keys = [...pendingEditsOf(index).keys()];
  if (keys.length === 0) return [];
  await auditStep(context.onAudit, { actor, action: "secret.discard", outcome: "done", keys });
  await bringIntoForce(context, index, unstageEdits(index, keys), hold);
  return keys;
}

import type { AuditActor } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";
import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { allNamesOf } from "../env/aliases.ts";
import { refuseCollision } from "../env/env-collision.ts";
import type { LockHold } from "../files/store-lock.ts";
import { type Index, type IndexRecord, pendingRecordsOf, recordsOf } from "../index-document.ts";
import { auditStep } from "../store-audit.ts";
import type { StoreContext } from "../store-context.ts";
import { aliasesFor } from "./edit.ts";
import { bringIntoForce } from "./run-change.ts";

/**
 * Gives a secret these further variables, instead of those it had. They come into force at once, also for a value that
 * is pending.
 *
 * Runs under the store's lock.
 *
 * @throws `secrets.absent`, `secrets.invalid-key`, `secrets.reserved-name`, `secrets.collision`, `audit.failed`,
 *   `files.failed`; nothing is changed
 */
export async function setAliases(
  context: StoreContext,
  { key, names, actor }: { key: SecretKey; names: readonly string[]; actor: AuditActor },
  hold: LockHold,
): Promise<void> {
  const index = await context.index.read();
  const known = [...recordsOf(index), ...pendingRecordsOf(index)];
  const own = known.find(([other]) => other === key);
  if (!own) throw new AppError("secrets.absent", { key });
  const [, { envName, storageBackend, protection }] = own;
  const aliases = aliasesFor(key, envName, names);
  for (const name of aliases) refuseCollision(key, name, allNamesOf(known));
  const step = { actor, action: "secret.set", outcome: "done", reason: "aliases" } as const;
  await auditStep(context.onAudit, { ...step, keys: [key], storageBackend, protection });
  await bringIntoForce(context, index, withAliases(index, key, aliases), hold);
}

function withAliases(index: Index, key: SecretKey, aliases: EnvName[]): Index {
  const renamed = (record: IndexRecord): IndexRecord => {
    const { aliases: _, ...rest } = record;
    return aliases.length > 0 ? { ...rest, aliases } : rest;
  };
  const { secrets, pending } = index;
  const [record, edit] = [secrets.get(key), pending?.edits[key]];
  return {
    ...index,
    ...(record && { secrets: secrets.with([[key, renamed(record)]]) }),
    ...(pending &&
      edit?.op === "set" && {
        pending: {
          ...pending,
          edits: { ...pending.edits, [key]: { op: "set", record: renamed(edit.record) } },
        },
      }),
  };
}

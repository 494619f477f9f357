import {
  abandonIntent,
  commitIntent,
  dropLeftovers,
  type IndexDocument,
  type Intent,
  type Leftover,
  refOf,
} from "./index-document.ts";
import { auditStep } from "./store-audit.ts";
import type { StoreContext } from "./store-context.ts";

/**
 * Ends what a crash or an unreachable storage backend left half done. A value that was written comes into force, an
 * intent without its value is dropped, entries that are not in force go. It asks for the entries it knows of and
 * never lists a storage backend. What cannot be told now is left for the next time.
 *
 * Runs under the store's lock.
 */
export async function recoverChanges(context: StoreContext): Promise<void> {
  const before = await context.index.read();
  let index = before;
  for (const intent of before.intents) index = await resolveIntent(context, index, intent);
  if (index !== before) await context.index.write(index);
  const gone = await removeLeftovers(context, index);
  if (gone.length > 0) await context.index.write(dropLeftovers(index, gone));
}

async function resolveIntent(
  context: StoreContext,
  index: IndexDocument,
  { key, record }: Intent,
): Promise<IndexDocument> {
  const [reading] = await context.storage.read([[key, record]]);
  if (reading?.state === "absent") return abandonIntent(index, key);
  if (reading?.state !== "present") return index;
  const { storageBackend, protection } = record;
  await auditStep(context.onAudit, {
    actor: "app",
    action: "secret.set",
    outcome: "done",
    keys: [key],
    storageBackend,
    protection,
    reason: "recovered",
  });
  return commitIntent(index, key);
}

/** Removes entries that are not in force and gives the versions of those that are gone. */
export async function removeLeftovers(context: StoreContext, index: IndexDocument): Promise<string[]> {
  const gone = await Promise.all(index.leftovers.map((leftover) => removeLeftover(context, index, leftover)));
  return gone.flat();
}

async function removeLeftover(
  context: StoreContext,
  index: IndexDocument,
  leftover: Leftover,
): Promise<string[]> {
  const { key, version, storageBackend } = leftover;
  if (index.secrets[key]?.version === version) return [version];
  try {
    await context.storage.backendOf(storageBackend).remove(refOf(key, leftover));
    return [version];
  } catch {
    // It stays noted, and is tried again at the next change or start.
    return [];
  }
}

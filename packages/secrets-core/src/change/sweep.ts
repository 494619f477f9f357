import { dropLeftovers, type Index, type Leftover, refOf } from "../index-document.ts";
import type { StoreContext } from "../store-context.ts";

/**
 * Removes entries that are in nobody's use and gives the index without those that are gone. What cannot be removed
 * now stays noted, and is tried again at the next change or start. It asks for the entries it knows of and never
 * lists a storage backend.
 */
export async function sweep(
  { storage }: StoreContext,
  index: Index,
  isDue: (leftover: Leftover) => boolean = () => true,
): Promise<Index> {
  const due = index.leftovers.filter(isDue);
  if (due.length === 0) return index;
  const remove = async (leftover: Leftover) => {
    // One that does not answer would keep the person waiting.
    if (!storage.isReachable(leftover.storageBackend)) return [];
    try {
      await storage.backendOf(leftover.storageBackend).remove(refOf(leftover.key, leftover));
      return [leftover.version];
    } catch {
      return [];
    }
  };
  const gone = (await Promise.all(due.map(remove))).flat();
  return gone.length === 0 ? index : dropLeftovers(index, gone);
}

/**
 * Sweeps after a change that is in force already. Where removals are slow, only those of deleted secrets are waited
 * for, because the person was told that these are gone; a crash before the others leaves entries that are noted.
 */
export async function sweepAfter(context: StoreContext, index: Index): Promise<void> {
  const { storage, later } = context;
  const isDue = ({ key, storageBackend }: Leftover) =>
    index.secrets.get(key) === undefined || !storage.isSlowToRemove(storageBackend);
  const swept = await sweep(context, index, isDue);
  if (swept !== index) context.index.writeLater(swept);
  if (swept.leftovers.length === 0) return;
  later(async () => {
    const current = await context.index.read();
    const rest = await sweep(context, current);
    if (rest !== current) context.index.writeLater(rest);
  });
}

import { dropLeftovers, type Index, type Leftover, refOf } from "../index-document.ts";
import type { Removal } from "../secret-backend.ts";
import type { Storage } from "../storage.ts";
import type { StoreContext } from "../store-context.ts";

/** A leftover whose entry no reader finds any more, and when a power cut cannot bring it back either. */
type Removed = Removal & Readonly<{ leftover: Leftover }>;

/**
 * Removes entries that are in nobody's use and gives the index without those that are gone for good. What cannot be
 * removed now stays noted, and is tried again at the next change or start. It asks for the entries it knows of and
 * never lists a storage backend.
 */
export async function sweep({ storage }: StoreContext, index: Index): Promise<Index> {
  const gone = await settledOf(await removeEach(storage, index.leftovers));
  return gone.length === 0 ? index : dropLeftovers(index, gone);
}

/**
 * Sweeps after a change that is in force already. The disk is waited for only where a secret was deleted, because the
 * person was told that it is gone. So are slow removals. The others stay noted until they are done: a crash before that
 * leaves them to the next start.
 */
export async function sweepAfter(context: StoreContext, index: Index): Promise<void> {
  const { storage, later } = context;
  const isDeleted = ({ key }: Leftover) => index.secrets.get(key) === undefined;
  const due = index.leftovers.filter(
    (leftover) => isDeleted(leftover) || !storage.isSlowToRemove(leftover.storageBackend),
  );
  const removed = await removeEach(storage, due);
  const forgetSettled = async (some: readonly Removed[]) => context.index.forget(await settledOf(some));
  await forgetSettled(removed.filter(({ leftover }) => isDeleted(leftover)));
  void forgetSettled(removed.filter(({ leftover }) => !isDeleted(leftover)));
  if (removed.length === index.leftovers.length) return;
  later(async () => {
    const current = await context.index.read();
    const { leftovers } = await sweep(context, current);
    const left = new Set(leftovers);
    context.index.forget(current.leftovers.flatMap((one) => (left.has(one) ? [] : [one.version])));
  });
}

async function removeEach(storage: Storage, leftovers: readonly Leftover[]): Promise<readonly Removed[]> {
  const remove = async (leftover: Leftover): Promise<Removed[]> => {
    // One that does not answer would keep the person waiting.
    if (!storage.isReachable(leftover.storageBackend)) return [];
    try {
      const backend = storage.backendOf(leftover.storageBackend);
      const { settled = Promise.resolve() } = (await backend.remove(refOf(leftover.key, leftover))) ?? {};
      return [{ leftover, settled }];
    } catch {
      return [];
    }
  };
  return (await Promise.all(leftovers.map(remove))).flat();
}

/** The versions of those that are gone for good, once that is known of all. */
async function settledOf(removed: readonly Removed[]): Promise<string[]> {
  const results = await Promise.allSettled(removed.map(({ settled }) => settled));
  return removed.flatMap(({ leftover }, i) => (results[i]?.status === "fulfilled" ? [leftover.version] : []));
}

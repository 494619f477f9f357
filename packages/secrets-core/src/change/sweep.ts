import { dropLeftovers, type IndexDocument, type Leftover, refOf } from "../index-document.ts";
import type { StoreContext } from "../store-context.ts";

/**
 * Removes entries that are in nobody's use and gives the index without those that are gone. What cannot be removed
 * now stays noted, and is tried again at the next change or start. It asks for the entries it knows of and never
 * lists a storage backend.
 */
export async function sweep({ storage }: StoreContext, index: IndexDocument): Promise<IndexDocument> {
  if (index.leftovers.length === 0) return index;
  const remove = async (leftover: Leftover) => {
    try {
      await storage.backendOf(leftover.storageBackend).remove(refOf(leftover.key, leftover));
      return [leftover.version];
    } catch {
      return [];
    }
  };
  const gone = (await Promise.all(index.leftovers.map(remove))).flat();
  return gone.length === 0 ? index : dropLeftovers(index, gone);
}

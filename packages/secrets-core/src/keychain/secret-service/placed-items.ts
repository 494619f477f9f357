import type { EntryPlace } from "../../entry-place.ts";
import type { EntryRef } from "../../secret-backend.ts";
import { accountOf } from "../entry-account.ts";
import { BusError } from "./bus-error.ts";
import { newProofKey, proofKeyAttributes, proofOf, readProofKey } from "./entry-proof.ts";
import type { SecretService } from "./secret-service.ts";

/** Items that are read where the index says they lie, without a search. */
export type PlacedItems = {
  /** The secrets of the entries that are where they were put, by account. Others are left out. */
  read(entries: readonly EntryRef[]): Promise<ReadonlyMap<string, Buffer>>;
  /** The place of a new item; `undefined` when no key for its proof can be had. */
  placeOf(entry: EntryRef, item: { path: string; value: Buffer }): Promise<EntryPlace | undefined>;
};

export type PlacedItemsOptions = Readonly<{
  client: SecretService;
  /** The name that the entries carry. */
  service: string;
  /** What a person reads before the key's name in their key manager. */
  product: string;
  /** The items that were found for the key's attributes. */
  found: readonly string[];
}>;

/** Paths are given anew after a keyring was reset or restored, so each value must prove that it is the wanted one. */
export function createPlacedItems({ client, service, product, found }: PlacedItemsOptions): PlacedItems {
  const attributes = proofKeyAttributes(service);
  let [keyPath] = found.toSorted();
  let key: Buffer | undefined;
  client.onItemGone((path) => {
    if (path !== keyPath) return;
    keyPath = undefined;
    key = undefined;
  });

  /** Fetches items, and the key with them when it is not known yet. */
  async function fetch(paths: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    if (keyPath === undefined) return new Map();
    const values = await client.secretsOf(key ? paths : [keyPath, ...paths]);
    key ??= readProofKey(values.get(keyPath));
    return values;
  }

  async function makeKey(): Promise<Buffer> {
    const made = newProofKey();
    keyPath = await client.createItem({
      label: `${product}: index`,
      attributes,
      value: made.text,
    });
    key = made.key;
    return key;
  }

  async function requireKey(): Promise<Buffer> {
    if (key) return key;
    // Another process may have made it since this one connected.
    keyPath ??= (await client.search(attributes)).unlocked.toSorted()[0];
    await fetch([]);
    return key ?? makeKey();
  }

  return {
    async read(entries) {
      const placed = entries.flatMap((entry) =>
        entry.place ? [{ account: accountOf(entry), ...entry.place }] : [],
      );
      const proven = new Map<string, Buffer>();
      if (placed.length === 0) return proven;
      const values = await fetch(placed.map(({ path }) => path));
      for (const { account, path, proof } of placed) {
        const value = values.get(path);
        if (key && value && proofOf(key, account, value) === proof) proven.set(account, value);
      }
      return proven;
    },
    async placeOf(entry, { path, value }) {
      try {
        return { path, proof: proofOf(await requireKey(), accountOf(entry), value) };
      } catch (error) {
        // The entry itself is written, and found by a search.
        if (error instanceof BusError) return undefined;
        throw error;
      }
    },
  };
}

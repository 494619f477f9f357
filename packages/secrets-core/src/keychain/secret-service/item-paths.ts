import type { Reading } from "../../secret-backend.ts";
import { unreachable } from "../../unreachable.ts";
import type { Attributes, SecretService } from "./secret-service.ts";

/** A bus may allow a connection no more than 128 calls that wait for their answer. */
const callsAtOnce = 100;

/** What a search for accounts met. */
export type FoundItems = Readonly<{ unlocked: readonly string[]; locked: readonly string[] }>;

/** Where the items of one service name lie. */
export type ItemPaths = {
  /** Notes a new item's place. */
  learn(path: string, attributes: Attributes): void;
  /** The items among which those of these accounts are. */
  search(service: string, accounts: readonly string[]): Promise<FoundItems>;
  /**
   * The paths of the accounts that can be read now, and what is to be said of the others: `absent` only when nothing
   * is locked.
   */
  match(
    items: FoundItems,
    accounts: readonly string[],
  ): Promise<{ found: Map<string, string>; missing: Exclude<Reading, { state: "present" }> }>;
};

/**
 * Asks for an item's attributes once, because they cost more than the secrets. The service tells of deleted items
 * before it answers anything later, so a path that was given to a new item is asked about again.
 */
export function trackItemPaths(client: SecretService): ItemPaths {
  const known = new Map<string, Attributes>();
  client.onItemGone((path) => known.delete(path));

  async function attributesOf(path: string): Promise<Attributes> {
    const attributes = known.get(path) ?? (await client.attributesOf(path));
    if (attributes) known.set(path, attributes);
    return attributes ?? {};
  }

  return {
    learn: (path, attributes) => void known.set(path, attributes),
    // One account is looked up alone; more come from one search for all.
    search: (service, accounts) =>
      client.search(accounts.length === 1 && accounts[0] ? { service, username: accounts[0] } : { service }),
    async match({ unlocked, locked }, accounts) {
      const wanted = new Set(accounts);
      const found = new Map<string, string>();
      for (let at = 0; at < unlocked.length; at += callsAtOnce) {
        const paths = unlocked.slice(at, at + callsAtOnce);
        const names = await Promise.all(paths.map(async (path) => (await attributesOf(path))["username"]));
        for (const [i, account] of names.entries()) {
          const path = paths[i];
          if (account !== undefined && path !== undefined && wanted.has(account)) found.set(account, path);
        }
      }
      if (found.size === wanted.size) return { found, missing: { state: "absent" } };
      const isLocked = locked.length > 0 || (await client.defaultCollection()).isLocked;
      return {
        found,
        missing: isLocked
          ? { state: "unreadable", error: unreachable("keychain", "locked") }
          : { state: "absent" },
      };
    },
  };
}

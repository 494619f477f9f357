import type { Reading } from "../../secret-backend.ts";
import { unreachable } from "../../unreachable.ts";
import type { Attributes, SecretService } from "./secret-service.ts";

/** A bus may allow a connection no more than 128 calls that wait for their answer. */
const callsAtOnce = 50;

/** Where the items of one service name lie. */
export type ItemPaths = {
  /** Notes a new item's place. */
  learn(path: string, attributes: Attributes): void;
  /**
   * The paths of the items of these accounts that can be read now, and what is to be said of the others: `absent`
   * only when nothing is locked.
   */
  find(
    service: string,
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
    known.set(path, attributes);
    return attributes;
  }

  return {
    learn: (path, attributes) => void known.set(path, attributes),
    async find(service, accounts) {
      const { unlocked, locked } = await client.search(
        // One account is looked up alone; more come from one search for all.
        accounts.length === 1 && accounts[0] ? { service, username: accounts[0] } : { service },
      );
      const wanted = new Set(accounts);
      const found = new Map<string, string>();
      for (let at = 0; at < unlocked.length; at += callsAtOnce) {
        const paths = unlocked.slice(at, at + callsAtOnce);
        const accounts = await Promise.all(paths.map(async (path) => (await attributesOf(path))["username"]));
        for (const [i, account] of accounts.entries()) {
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

import { AppError } from "@latchkey/api-contracts/errors";
import type { Reading } from "../secret-backend.ts";
import type { ForeignItem, ForeignItems } from "./foreign-items.ts";
import type { MigrationSource, SourceItem } from "./migration-source.ts";
import { fillKey, matchName, placeholdersOf } from "./name-pattern.ts";

/**
 * Which entries of another program to take, and the key for each.
 *
 * **Shape** patterns with placeholders: `{ service: "old-app", account: "<app>.<provider-id>.<config-id>", key:
 * "latchkey.<provider-id>.<config-id>" }`.
 */
export type KeychainRule = Readonly<{
  service: string;
  account: string;
  key: string;
  /** The variable of an `install.` key. */
  envName?: string;
}>;

export type KeychainSourceOptions = {
  items: ForeignItems;
  /** The first rule that fits an entry counts; entries that none fits are left alone. */
  rules: readonly KeychainRule[];
};

type Found = Readonly<{ item: SourceItem; id: string }>;

/** Entries that keytar or another program keeps in the keychain under its own service and account names. */
export function createKeychainSource({ items, rules }: KeychainSourceOptions): MigrationSource {
  for (const { service, account, key } of rules) {
    const captured = new Set([...placeholdersOf(service), ...placeholdersOf(account)]);
    const unknown = placeholdersOf(key).find((name) => !captured.has(name));
    if (unknown !== undefined) throw new TypeError(`Nothing is captured as <${unknown}> for the key ${key}.`);
  }

  async function findAll(): Promise<Found[]> {
    const services = rules.map(({ service }) => service);
    const isExact = services.every((service) => placeholdersOf(service).length === 0);
    const lists = isExact ? [...new Set(services)].map((service) => items.list(service)) : [items.list()];
    const taken = new Map<string, number>();
    return (await Promise.all(lists)).flat().flatMap((entry) => {
      const item = itemOf(rules, entry);
      if (!item) return [];
      // Two keyrings may each have an entry of one name.
      const count = (taken.get(item.name) ?? 0) + 1;
      taken.set(item.name, count);
      return [{ item: count === 1 ? item : { ...item, name: `${item.name} (${count})` }, id: entry.id }];
    });
  }

  /** The ids of the entries in the order asked; `undefined` where one is gone. */
  async function idsOf(wanted: readonly SourceItem[]): Promise<(string | undefined)[]> {
    const ids = new Map((await findAll()).map(({ item, id }) => [item.name, id]));
    return wanted.map(({ name }) => ids.get(name));
  }

  return {
    async list() {
      return (await findAll()).map(({ item }) => item);
    },
    async read(wanted) {
      try {
        const ids = await idsOf(wanted);
        const values = await items.read(ids.filter((id) => id !== undefined));
        return wanted.map(({ key }, i) => decode(key, values.get(ids[i] ?? "")));
      } catch (error) {
        const known = error instanceof AppError ? error : new AppError("internal.unexpected");
        return wanted.map(() => ({ state: "unreadable", error: known }));
      }
    },
    async finish(wanted) {
      for (const id of await idsOf(wanted)) if (id !== undefined) await items.remove(id);
    },
  };
}

function itemOf(rules: readonly KeychainRule[], { service, account }: ForeignItem): SourceItem | undefined {
  for (const rule of rules) {
    const inService = matchName(rule.service, service);
    const inAccount = matchName(rule.account, account);
    if (!inService || !inAccount) continue;
    const key = fillKey(rule.key, { ...inService, ...inAccount });
    return { name: `${service}/${account}`, key, envName: rule.envName };
  }
  return undefined;
}

function decode(key: string, bytes: Uint8Array | undefined): Reading {
  if (bytes === undefined) return { state: "absent" };
  try {
    return {
      state: "present",
      value: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
    };
  } catch {
    return { state: "unreadable", error: new AppError("migration.unreadable", { key, reason: "not-text" }) };
  }
}

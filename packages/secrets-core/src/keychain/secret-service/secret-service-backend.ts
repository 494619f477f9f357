import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { StorageReason } from "@latchkey/api-contracts/secrets";
import type { EntryPlace } from "../../entry-place.ts";
import type { EntryRef, Reading, SecretBackend } from "../../secret-backend.ts";
import { unreachable } from "../../unreachable.ts";
import { canaryEntry } from "../canary-entry.ts";
import { accountOf, attributesOf, labelOf } from "../entry-account.ts";
import type { KeychainOptions } from "../keychain-backend.ts";
import { sessionBusSocket } from "./bus-address.ts";
import { BusError, reasonOf, SecretServiceError } from "./bus-error.ts";
import { proofKeyAttributes } from "./entry-proof.ts";
import { type ItemPaths, trackItemPaths } from "./item-paths.ts";
import { createPlacedItems, type PlacedItems } from "./placed-items.ts";
import { openSecretService, type SecretService } from "./secret-service.ts";

/** A live session and what is known of its items. */
type Live = { service: SecretService; items: ItemPaths; placed: PlacedItems };

/**
 * Keeps values in the Secret Service, over one long-lived connection: a batch of any size is one search and one
 * fetch. Nothing here blocks the event loop for long or opens a prompt.
 */
export function createSecretServiceBackend(options: KeychainOptions): Omit<SecretBackend, "list"> {
  const { service: serviceName, product, deadlineMs, env } = options;
  let live: Promise<Live> | undefined;

  async function connect(signal: AbortSignal): Promise<Live> {
    const socket = sessionBusSocket(env());
    if (socket === undefined) throw new SecretServiceError("no-session-bus");
    const { service, found } = await openSecretService(socket, signal, proofKeyAttributes(serviceName));
    const placed = createPlacedItems({ client: service, service: serviceName, product, found });
    return { service, items: trackItemPaths(service), placed };
  }

  async function current(signal: AbortSignal): Promise<Live> {
    const asked = live;
    const known = await asked?.catch(() => undefined);
    if (known?.service.isOpen()) return known;
    // Of several calls that find no connection, the first makes it for all.
    if (live === asked || live === undefined) live = connect(signal);
    return live;
  }

  /** Runs within the deadline. A session that the service forgot, after its restart for example, is opened anew. */
  async function run<T>(operation: (live: Live) => Promise<T>): Promise<T> {
    const signal = AbortSignal.timeout(deadlineMs);
    for (let attempt = 1; ; attempt++) {
      try {
        return await withinDeadline(current(signal), signal, operation);
      } catch (error) {
        const known = await live?.catch(() => undefined);
        if (signal.aborted) known?.service.close();
        if (attempt > 1 || signal.aborted || !isStaleSession(error)) throw error;
        known?.service.close();
      }
    }
  }

  async function create({ service: client, items }: Live, service: string, entry: EntryRef, value: Buffer) {
    const attributes = attributesOf(service, entry);
    const path = await client.createItem({ label: labelOf(product, entry), attributes, value });
    items.learn(path, attributes);
    return { path, value };
  }

  async function write(entry: EntryRef, value: string): Promise<EntryPlace | undefined> {
    return run(async (live) =>
      live.placed.placeOf(entry, await create(live, serviceName, entry, Buffer.from(value))),
    );
  }

  async function remove(service: string, entry: EntryRef): Promise<void> {
    await run(async ({ service: client }) => {
      const { unlocked, locked } = await client.search(attributesOf(service, entry));
      if (locked.length > 0) throw new SecretServiceError("locked");
      if (unlocked.length === 0 && (await client.defaultCollection()).isLocked) {
        throw new SecretServiceError("locked");
      }
      await Promise.all(unlocked.map((path) => client.deleteItem(path)));
    });
  }

  async function read(service: string, entries: readonly EntryRef[]): Promise<Reading[]> {
    if (entries.length === 0) return [];
    try {
      return await run(async (live) => {
        const proven = await live.placed.read(entries);
        const rest = entries.filter((entry) => !proven.has(accountOf(entry)));
        const readings = rest.length === 0 ? undefined : await searchFor(live, service, rest);
        return entries.map((entry): Reading => {
          const bytes = proven.get(accountOf(entry));
          return bytes ? decode(entry.key, bytes) : (readings?.get(accountOf(entry)) ?? { state: "absent" });
        });
      });
    } catch (error) {
      const failure = unreachable("keychain", reasonOf(error));
      return entries.map(() => ({ state: "unreadable", error: failure }));
    }
  }

  /** Finds entries by their attributes, which costs more than their secrets. */
  async function searchFor(live: Live, service: string, entries: readonly EntryRef[]) {
    const accounts = entries.map(accountOf);
    const items = await live.items.search(service, accounts);
    // The secrets come while their names are asked for; those of other accounts are not looked at.
    const [{ found, missing }, values] = await Promise.all([
      live.items.match(items, accounts),
      live.service.secretsOf(items.unlocked),
    ]);
    return new Map(
      entries.map((entry): [string, Reading] => {
        const path = found.get(accountOf(entry));
        const bytes = path === undefined ? undefined : values.get(path);
        return [accountOf(entry), bytes === undefined ? missing : decode(entry.key, bytes)];
      }),
    );
  }

  return {
    name: "keychain",
    protection: "os-user",
    removesSlowly: true,
    async probe(): Promise<StorageReason> {
      const canary = canaryEntry();
      const probeName = `${serviceName}-probe`;
      try {
        await run((live) => create(live, probeName, canary, Buffer.from(canary.version)));
        const [reading] = await read(probeName, [canary]);
        await remove(probeName, canary);
        return reading?.state === "present" && reading.value === canary.version ? "working" : "probe-failed";
      } catch (error) {
        return reasonOf(error);
      }
    },
    read: (entries) => read(serviceName, entries),
    async inspect(entries) {
      if (entries.length === 0) return [];
      try {
        return await run(async ({ items }) => {
          const accounts = entries.map(accountOf);
          const { found, missing } = await items.match(await items.search(serviceName, accounts), accounts);
          return entries.map((entry) => (found.has(accountOf(entry)) ? "present" : missing.state));
        });
      } catch {
        return entries.map(() => "unreadable");
      }
    },
    write: (entry, value) => write(entry, value).catch(fail),
    remove: (entry) => remove(serviceName, entry).catch(fail),
    async close() {
      const known = await live?.catch(() => undefined);
      live = undefined;
      known?.service.close();
    },
  };
}

async function withinDeadline<T>(
  live: Promise<Live>,
  signal: AbortSignal,
  operation: (live: Live) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const expired = new Promise<never>((_, reject) => {
    const expire = () => reject(new SecretServiceError("not-answering"));
    signal.addEventListener("abort", expire, { signal: ended.signal });
  });
  try {
    return await Promise.race([live.then(operation), expired]);
  } finally {
    ended.abort();
  }
}

function isStaleSession(error: unknown): boolean {
  return error instanceof BusError && staleErrors.has(error.dbusName);
}

const staleErrors = new Set([
  "org.freedesktop.Secret.Error.NoSession",
  "org.freedesktop.DBus.Error.Disconnected",
]);

function decode(key: SecretKey, bytes: Buffer): Reading {
  try {
    const value = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { state: "present", value };
  } catch {
    return { state: "unreadable", error: new AppError("secrets.undecryptable", { key }) };
  }
}

function fail(error: unknown): never {
  throw unreachable("keychain", reasonOf(error));
}

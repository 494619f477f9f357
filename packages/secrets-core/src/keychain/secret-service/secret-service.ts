import { type BusCall, type BusConnection, connectToBus } from "./bus-connection.ts";
import { isGone, SecretServiceError } from "./bus-error.ts";
import { startKeyAgreement, type TransferKey, transferAlgorithm } from "./transfer-session.ts";
import {
  AttributesAnswer,
  CreateAnswer,
  LockedAnswer,
  noPath,
  PathAnswer,
  SearchAnswer,
  SecretsAnswer,
  SessionAnswer,
} from "./wire.ts";

const destination = "org.freedesktop.secrets";
const servicePath = "/org/freedesktop/secrets";
const defaultPath = `${servicePath}/aliases/default`;
const names = {
  service: "org.freedesktop.Secret.Service",
  collection: "org.freedesktop.Secret.Collection",
  item: "org.freedesktop.Secret.Item",
  properties: "org.freedesktop.DBus.Properties",
} as const;

/** What an item is found by. */
export type Attributes = Readonly<Record<string, string>>;

/**
 * A session with the Secret Service over one connection. Values travel sealed. Nothing here opens a prompt.
 *
 * Calls reject with BusError or SecretServiceError.
 *
 * @see https://specifications.freedesktop.org/secret-service-spec/latest/
 */
export type SecretService = {
  search(attributes: Attributes): Promise<{ unlocked: string[]; locked: string[] }>;
  /** `undefined` when the item is gone. */
  attributesOf(path: string): Promise<Attributes | undefined>;
  /** The values of items by path; items that are gone are left out. */
  secretsOf(paths: readonly string[]): Promise<Map<string, Buffer>>;
  /** Whether the collection that new items go to is locked. @throws SecretServiceError `no-default-collection` */
  defaultCollection(): Promise<{ isLocked: boolean }>;
  /** Adds an item to the default collection. @returns its path */
  createItem(item: NewItem): Promise<string>;
  /** Without effect when the item is gone. */
  deleteItem(path: string): Promise<void>;
  onItemGone(listener: (path: string) => void): void;
  isOpen(): boolean;
  close(): void;
};

export type NewItem = { label: string; attributes: Attributes; value: Buffer };

/**
 * Connects and opens the sealed session, with a search before it.
 *
 * @throws SecretServiceError, BusError
 */
export async function openSecretService(
  socketPath: string,
  signal: AbortSignal,
  wanted: Attributes,
): Promise<{ service: SecretService; found: readonly string[] }> {
  const bus = await connectToBus(socketPath, signal);
  const abort = () => bus.close();
  signal.addEventListener("abort", abort);
  try {
    const watched = watchItems(bus);
    // gnome-keyring can abort when OpenSession is the first call of a connection.
    const searched = search(bus, wanted);
    const [, { unlocked }] = await Promise.all([watched, searched]);
    return { service: createClient(bus, await openSession(bus)), found: unlocked };
  } catch (error) {
    bus.close();
    throw signal.aborted ? new SecretServiceError("not-answering") : error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function callService(bus: BusConnection, call: Omit<BusCall, "destination">): Promise<unknown[]> {
  return bus.call({ destination, ...call });
}

async function watchItems(bus: BusConnection): Promise<void> {
  const rule = `type='signal',sender='${destination}',interface='${names.collection}'`;
  await bus.call({
    destination: "org.freedesktop.DBus",
    path: "/org/freedesktop/DBus",
    interface: "org.freedesktop.DBus",
    member: "AddMatch",
    signature: "s",
    args: [rule],
  });
}

async function search(bus: BusConnection, attributes: Attributes) {
  const answer = await callService(bus, {
    path: servicePath,
    interface: names.service,
    member: "SearchItems",
    signature: "a{ss}",
    args: [Object.entries(attributes)],
  });
  const [unlocked, locked] = SearchAnswer.parse(answer);
  return { unlocked, locked };
}

async function openSession(bus: BusConnection): Promise<{ session: string; key: TransferKey }> {
  const agreement = startKeyAgreement();
  const answer = await callService(bus, {
    path: servicePath,
    interface: names.service,
    member: "OpenSession",
    signature: "sv",
    args: [transferAlgorithm, ["ay", agreement.publicKey]],
  });
  const [[, [theirs]], session] = SessionAnswer.parse(answer);
  return { session, key: agreement.agree(theirs) };
}

function createClient(
  bus: BusConnection,
  { session, key }: { session: string; key: TransferKey },
): SecretService {
  const call = (options: Omit<BusCall, "destination">) => callService(bus, options);
  const callRoot = (member: string, signature: string, args: unknown[]) =>
    call({ path: servicePath, interface: names.service, member, signature, args });
  const property = (path: string, owner: string, name: string) =>
    call({ path, interface: names.properties, member: "Get", signature: "ss", args: [owner, name] });

  async function defaultCollection() {
    const [path] = PathAnswer.parse(await callRoot("ReadAlias", "s", ["default"]));
    if (path === noPath) throw new SecretServiceError("no-default-collection");
    const [[, [isLocked]]] = LockedAnswer.parse(await property(path, names.collection, "Locked"));
    return { isLocked };
  }

  return {
    search: (attributes) => search(bus, attributes),
    async attributesOf(path) {
      const answer = await property(path, names.item, "Attributes").catch(undefinedIfGone);
      if (answer === undefined) return undefined;
      const [[, [pairs]]] = AttributesAnswer.parse(answer);
      return Object.fromEntries(pairs);
    },
    async secretsOf(paths) {
      if (paths.length === 0) return new Map();
      const [secrets] = SecretsAnswer.parse(await callRoot("GetSecrets", "aoo", [paths, session]));
      const values = key.open(secrets.map(([, [, iv, sealed]]) => ({ iv, sealed })));
      return new Map(secrets.map(([path], at) => [path, values[at] ?? Buffer.alloc(0)]));
    },
    defaultCollection,
    async createItem({ label, attributes, value }) {
      const { iv, sealed } = key.seal(value);
      const properties = [
        [`${names.item}.Label`, ["s", label]],
        [`${names.item}.Attributes`, ["a{ss}", Object.entries(attributes)]],
      ];
      const answer = await call({
        path: defaultPath,
        interface: names.collection,
        member: "CreateItem",
        signature: "a{sv}(oayays)b",
        args: [properties, [session, iv, sealed, "text/plain; charset=utf8"], false],
      }).catch(async (error: unknown) => {
        // Tells when there is no such collection.
        await defaultCollection();
        throw error;
      });
      const [item, prompt] = CreateAnswer.parse(answer);
      // A prompt means that a person would have to unlock first, and nobody asked for that.
      if (prompt !== noPath) throw new SecretServiceError("locked");
      return item;
    },
    async deleteItem(path) {
      const deleting = call({ path, interface: names.item, member: "Delete" });
      const answer = await deleting.catch(undefinedIfGone);
      if (answer === undefined) return;
      const [prompt] = PathAnswer.parse(answer);
      if (prompt !== noPath) throw new SecretServiceError("locked");
    },
    onItemGone(listener) {
      bus.onSignal((member, [path]) => {
        if (member === "ItemDeleted" && typeof path === "string") listener(path);
      });
    },
    isOpen: () => bus.isOpen(),
    close: () => bus.close(),
  };
}

function undefinedIfGone(error: unknown): undefined {
  if (!isGone(error)) throw error;
}

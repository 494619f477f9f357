import { join } from "node:path";
import { sessionBusSocket } from "../keychain/secret-service/bus-address.ts";
import { WireReader, WireWriter } from "./bus-wire.ts";
import { type LightRecord, readLightIndex, readLightKeys } from "./light-index.ts";
import { openQuickBus, type QuickBus } from "./quick-bus.ts";

/** A secret on its way into the environment of one program. */
export type QuickSecret = Readonly<{ key: string; envName: string; value: string }>;

const indexName = "secrets-index.json";
const destination = "org.freedesktop.secrets";
const servicePath = "/org/freedesktop/secrets";
const serviceInterface = "org.freedesktop.Secret.Service";
/** A bus may allow a connection no more than 128 calls that wait for their answer. */
const callsAtOnce = 100;

/**
 * The values in force from the Secret Service, in one connection and a few milliseconds, for a program that starts
 * often. Loads no validator and no library. `undefined` whenever anything is out of the ordinary (another storage
 * backend, a locked keychain, a missing item, a damaged index): then `openSecretStore` must be asked, which can tell
 * what is wrong and can put it right.
 */
export async function readSecretsQuickly(options: {
  folder: string;
  /** As in `createKeychainBackend`. */
  service: string;
  env: NodeJS.ProcessEnv;
  isWanted: (record: { key: string; envName: string }) => boolean;
}): Promise<readonly QuickSecret[] | undefined> {
  if (process.platform !== "linux") return undefined;
  try {
    const records = readLightIndex(join(options.folder, indexName))?.filter(options.isWanted);
    if (!records || records.length === 0) return records && [];
    const socket = sessionBusSocket(options.env);
    if (socket === undefined) return undefined;
    const bus = openQuickBus(socket, 2_000);
    try {
      return await readItems(bus, options.service, records);
    } finally {
      bus.close();
    }
  } catch {
    return undefined;
  }
}

/** The keys that a store's index names, without a look at the values. */
export function readKeysQuickly(folder: string): string[] {
  return readLightKeys(join(folder, indexName));
}

async function readItems(
  bus: QuickBus,
  service: string,
  records: readonly LightRecord[],
): Promise<readonly QuickSecret[] | undefined> {
  // gnome-keyring can abort when OpenSession is the first call of a connection.
  const searching = search(bus, service);
  searching.catch(() => undefined);
  // Loading the cryptography takes as long as the search does.
  const { startKeyAgreement, transferAlgorithm } = await import(
    "../keychain/secret-service/transfer-session.ts"
  );
  const agreement = startKeyAgreement();
  const opening = openSession(bus, transferAlgorithm, agreement.publicKey);
  opening.catch(() => undefined);

  const wanted = new Map(records.map((record) => [`${record.key}#${record.version}`, record]));
  const found = new Map<string, LightRecord>();
  const paths = await searching;
  for (let at = 0; at < paths.length; at += callsAtOnce) {
    const some = paths.slice(at, at + callsAtOnce);
    const accounts = await Promise.all(some.map((path) => accountOf(bus, path)));
    for (const [i, account] of accounts.entries()) {
      const record = wanted.get(account ?? "");
      if (record) found.set(some[i] ?? "", record);
    }
  }
  if (new Set(found.values()).size !== wanted.size) return undefined;
  const { theirs, session } = await opening;
  const fetching = fetchSecrets(bus, [...found.keys()], session);
  fetching.catch(() => undefined);
  const key = agreement.agree(theirs);
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const secrets = (await fetching).flatMap(({ path, iv, sealed }) => {
    const record = found.get(path);
    return record ? { ...record, value: decoder.decode(key.open(iv, sealed)) } : [];
  });
  return secrets.length === wanted.size ? secrets : undefined;
}

function callRoot(bus: QuickBus, member: string, signature: string, body: Buffer): Promise<Buffer> {
  return bus.call({ destination, path: servicePath, interface: serviceInterface, member, signature, body });
}

/** The paths of the items that can be read now. Locked ones are missing from it, and so count as out of the ordinary. */
async function search(bus: QuickBus, service: string): Promise<string[]> {
  const writer = new WireWriter();
  writer.array(8, () => writer.align(8).text("service").text(service));
  const reader = new WireReader(await callRoot(bus, "SearchItems", "a{ss}", writer.done()));
  return reader.array(4, () => reader.text());
}

async function accountOf(bus: QuickBus, path: string): Promise<string | undefined> {
  const body = new WireWriter().text("org.freedesktop.Secret.Item").text("Attributes").done();
  const reply = await bus.call({
    destination,
    path,
    interface: "org.freedesktop.DBus.Properties",
    member: "Get",
    signature: "ss",
    body,
  });
  const reader = new WireReader(reply);
  if (reader.signature() !== "a{ss}") return undefined;
  const pairs = reader.array(8, () => {
    const name = reader.align(8).text();
    return [name, reader.text()] as const;
  });
  return pairs.find(([name]) => name === "username")?.[1];
}

async function openSession(bus: QuickBus, algorithm: string, publicKey: Buffer) {
  const body = new WireWriter().text(algorithm).signature("ay").bytes(publicKey).done();
  const reader = new WireReader(await callRoot(bus, "OpenSession", "sv", body));
  if (reader.signature() !== "ay") throw new Error("The session's answer has another form.");
  const theirs = reader.bytes();
  return { theirs, session: reader.text() };
}

async function fetchSecrets(bus: QuickBus, paths: readonly string[], session: string) {
  const writer = new WireWriter();
  writer.array(4, () => {
    for (const path of paths) writer.text(path);
  });
  const reader = new WireReader(await callRoot(bus, "GetSecrets", "aoo", writer.text(session).done()));
  return reader.array(8, () => {
    const path = reader.align(8).text();
    reader.align(8).text();
    const secret = { path, iv: reader.bytes(), sealed: reader.bytes() };
    reader.text();
    return secret;
  });
}

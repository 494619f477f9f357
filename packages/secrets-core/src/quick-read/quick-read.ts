import { isUtf8 } from "node:buffer";
import { join } from "node:path";
import { sessionBusSocket } from "../keychain/secret-service/bus-address.ts";
import { WireReader, WireWriter } from "./bus-wire.ts";
import { type LightAlias, type LightRecord, parseLightIndex, readLightKeys } from "./light-index.ts";
import { openQuickBus, type QuickBus } from "./quick-bus.ts";
import { readOwn } from "./read-own.ts";

export { readOwn };

/** A secret on its way into the environment of one program. */
export type QuickSecret = Readonly<{ key: string; envName: string; value: string }>;

const indexName = "secrets-index.json";
const destination = "org.freedesktop.secrets";
const servicePath = "/org/freedesktop/secrets";
const serviceInterface = "org.freedesktop.Secret.Service";

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
  /**
   * What of the secrets goes out at all, and the further variables of some; `undefined` when that cannot be told. Asked
   * once the index has been read, so that it knows of every secret in it.
   */
  delivery: () => { aliases: readonly LightAlias[]; withheld: ReadonlySet<string> } | undefined;
  isWanted: (record: LightRecord) => boolean;
}): Promise<readonly QuickSecret[] | undefined> {
  if (process.platform !== "linux") return undefined;
  try {
    const text = readOwn(join(options.folder, indexName));
    const delivery = options.delivery();
    if (text === undefined || !delivery) return undefined;
    const { aliases, withheld } = delivery;
    const records = parseLightIndex(text, aliases)?.filter(
      (record) => !withheld.has(record.key) && options.isWanted(record),
    );
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

/** Reads the items where the index says they lie, and takes a value only when it proves to be the wanted one. */
async function readItems(
  bus: QuickBus,
  service: string,
  records: readonly LightRecord[],
): Promise<readonly QuickSecret[] | undefined> {
  const attributes = { service: `${service}-index`, username: "proof-key" };
  // gnome-keyring can abort when OpenSession is the first call of a connection.
  const searching = search(bus, attributes);
  searching.catch(() => undefined);
  // Loading the cryptography takes as long as the search does.
  const { proofOf, readProofKey, startKeyAgreement, transferAlgorithm } = await import("./quick-crypto.ts");
  const agreement = startKeyAgreement();
  const opening = openSession(bus, transferAlgorithm, agreement.publicKey);
  opening.catch(() => undefined);

  const [keyPath] = (await searching).toSorted();
  if (keyPath === undefined) return undefined;
  const { theirs, session } = await opening;
  const fetching = fetchSecrets(bus, [keyPath, ...records.map(({ place }) => place.path)], session);
  fetching.catch(() => undefined);
  const key = agreement.agree(theirs);
  const items = await fetching;
  const opened = key.open(items);
  const values = new Map(items.map(({ path }, at) => [path, opened[at]]));
  const proofKey = readProofKey(values.get(keyPath));
  const secrets: QuickSecret[] = [];
  for (const { key, envName, aliases, version, place } of records) {
    const value = values.get(place.path);
    if (!value || !proofKey || proofOf(proofKey, `${key}#${version}`, value) !== place.proof)
      return undefined;
    if (!isUtf8(value)) return undefined;
    const text = value.toString();
    for (const name of [envName, ...aliases]) secrets.push({ key, envName: name, value: text });
  }
  return secrets;
}

function callRoot(bus: QuickBus, member: string, signature: string, body: Buffer): Promise<Buffer> {
  return bus.call({ destination, path: servicePath, interface: serviceInterface, member, signature, body });
}

async function search(bus: QuickBus, attributes: Readonly<Record<string, string>>): Promise<string[]> {
  const writer = new WireWriter();
  writer.array(8, () => {
    for (const [name, value] of Object.entries(attributes)) writer.align(8).text(name).text(value);
  });
  const reader = new WireReader(await callRoot(bus, "SearchItems", "a{ss}", writer.done()));
  return reader.array(4, () => reader.text());
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

import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EnvName } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { builtInProviders } from "../src/providers/built-in/built-in-providers.ts";
import { deliveringProviders } from "../src/providers/built-in/delivering-providers.ts";
import { readDeliveryQuickly } from "../src/store/quick-delivery.ts";
import { github, makeFolder, openConnections } from "./open-connections.ts";

const alias = "GITHUB_TOKEN" as EnvName;

test("the built-in providers deliver what their definitions say", () => {
  const said = builtInProviders().map(({ id, deliver, fields }) => ({
    id,
    deliver,
    fields: fields.flatMap(({ name, env }) => (env ? [{ name, env }] : [])),
  }));
  expect([...deliveringProviders].map(([id, provider]) => ({ id, ...provider }))).toEqual(said);
});

/** A store with a connection that is on, one that is off, and one that shares the secret of the first. */
async function openSome() {
  const opened = await openConnections();
  const { store, folder } = opened;
  const { connection: on } = await store.create(github({ displayName: "On", aliases: [alias] }));
  const { connection: off } = await store.create(github({ displayName: "Off" }));
  await store.update({ id: off.id, revision: off.revision }, { isDisabled: true });
  const key = on.secrets["token" as never]?.["key"];
  const { connection } = await store.create(
    github({ displayName: "Shared", secrets: {}, usedSecrets: { token: key } as never }),
  );
  await store.update({ id: connection.id, revision: connection.revision }, { isDisabled: true });
  const config = join(folder, "config");
  await mkdir(config);
  const settingsAre = (settings: unknown) =>
    writeFile(join(config, "settings.json"), JSON.stringify(settings), { mode: 0o600 });
  const path = join(folder, "connections.json");
  return { ...opened, path, settingsAre, read: () => readDeliveryQuickly({ data: folder, config }) };
}

test("what goes to a program is read as the store tells it", async () => {
  const { store, read } = await openSome();
  const delivery = await store.delivery();
  expect(read()).toEqual(delivery);
  expect([delivery.aliases, [...delivery.withheld]]).toEqual([
    [{ key: "provider.on.token", envName: alias }],
    ["provider.off.token"],
  ]);
});

test("nothing is withheld where there are no connections, or where they are turned off", async () => {
  const folder = await makeFolder();
  const nothing = { aliases: [], withheld: new Set() };
  expect(readDeliveryQuickly({ data: folder, config: folder })).toEqual(nothing);
  const { settingsAre, read } = await openSome();
  await settingsAre({ version: 1, features: { connections: false } });
  expect(read()).toEqual(nothing);
});

type Some = Awaited<ReturnType<typeof openSome>>;
type Json = Record<string, unknown> & { connections: Record<string, unknown>[] };

/** Changes the file of the connections by hand. */
async function edit({ path }: Some, change: (document: Json) => unknown): Promise<void> {
  const document: Json = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify(change(document) ?? document), { mode: 0o600 });
}

/** Changes the first connection by hand. */
const editFirst = (some: Some, fields: Record<string, unknown>) =>
  edit(some, ({ connections }) => void Object.assign(connections[0] ?? {}, fields));

test.each<[string, (some: Some) => Promise<unknown>]>([
  ["a workspace is open", ({ settingsAre }) => settingsAre({ version: 1, workspace: "/work" })],
  ["the settings are of a later version", ({ settingsAre }) => settingsAre({ version: 2 })],
  ["the settings are damaged", ({ settingsAre }) => settingsAre("{")],
  [
    "the switch of the connections is no switch",
    ({ settingsAre }) => settingsAre({ version: 1, features: { connections: "no" } }),
  ],
  ["a change is under way", (some) => edit(some, (document) => ({ ...document, intent: {} }))],
  ["the file is of a later version", (some) => edit(some, (document) => ({ ...document, version: 2 }))],
  ["the file is torn", ({ path }) => writeFile(path, '{"version":1', { mode: 0o600 })],
  ["the file is gone and its copy is there", ({ path }) => rm(path)],
  ["others may read the file", ({ path }) => chmod(path, 0o644)],
  ["a record has a field of a later version", (some) => editFirst(some, { later: true })],
  ["a record has another form", (some) => editFirst(some, { secrets: ["provider.on.token"] })],
  ["a key is none", (some) => editFirst(some, { secrets: { token: "PROVIDER" } })],
  [
    "an id is there twice",
    (some) => edit(some, ({ connections }) => void connections.push(connections[0] ?? {})),
  ],
])("the store is asked when %s", async (_, change) => {
  const some = await openSome();
  await change(some);
  expect(some.read()).toBe(undefined);
});

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ConnectionId, EnvName, ProviderId, SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import { createUsableConnections } from "@latchkey/connections";
import { createMemoryBackend } from "@latchkey/secrets-core";
import { expect, test } from "vitest";
import { codeOf, github, makeFolder, openConnections } from "./open-connections.ts";

const token = "token" as FieldName;
const shared = "provider.github.token" as SecretKey;
const use = (key: string) => ({ [token]: key as SecretKey });

/** Two accounts at GitHub: the second uses the secret of the first. */
async function openTwo() {
  const world = await openConnections();
  const { connection: owner } = await world.store.create(github());
  const { connection: user } = await world.store.create(
    github({ displayName: "Second", secrets: {}, usedSecrets: use(shared) }),
  );
  return { ...world, owner, user };
}

const seen = (id: ConnectionId, revision = 1) => ({ id, revision });

test("a connection uses the secret of another: one value under one key, and both say so", async () => {
  const { store, secrets, providers, folder, owner, user } = await openTwo();
  const two = { key: shared, state: "present", users: 2 };
  expect([(await store.get(owner.id)).secrets, user.secrets, user.state]).toMatchObject([
    { token: { ...two, isReference: false } },
    { token: { ...two, isReference: true } },
    "not-tested",
  ]);
  expect(await secrets.keys()).toEqual([shared]);
  expect((await store.usage({ key: shared })).slice(1)).toEqual([
    { by: "connection", id: owner.id, displayName: "GitHub" },
    { by: "connection", id: user.id, displayName: "Second" },
  ]);
  const usable = createUsableConnections({ store, providers, secrets });
  expect(await usable.use(user.id, token, async (value) => new TextDecoder().decode(value))).toBe(
    "canary-github",
  );
  expect(await readFile(join(folder, "connections.json"), "utf8")).not.toContain("canary");
});

test("a secret that is replaced once is another one for all who use it", async () => {
  const { store, secrets, owner, user } = await openTwo();
  const ok = { checkedAt: "2026-01-02T00:00:00.000Z", cause: null };
  await store.noteTest(seen(user.id), ok);
  const told: (readonly ConnectionId[])[] = [];
  store.subscribe((ids) => told.push(ids));
  await store.replaceSecret(seen(owner.id), token, "canary-2");
  expect([(await store.get(user.id)).lastTest, told]).toEqual([null, [[owner.id, user.id]]]);
  expect(await secrets.get(shared)).toBe("canary-2");
});

test("a connection that goes takes no secret along that another uses, and none that was not made for it", async () => {
  const { store, secrets, owner, user } = await openTwo();
  expect(await store.remove(seen(owner.id), { alsoInUse: true })).toEqual({ removedKeys: [] });
  expect(await store.get(user.id)).toMatchObject({ state: "not-tested", secrets: { token: { users: 1 } } });
  expect(await store.remove(seen(user.id), { alsoInUse: true })).toEqual({ removedKeys: [] });
  expect(await secrets.get(shared)).toBe("canary-github");
});

test("a value that is entered where another's secret was used becomes the connection's own", async () => {
  const { store, secrets, owner, user } = await openTwo();
  const own = await store.update(seen(user.id), { secrets: { token: "canary-own" } as never });
  expect(own.secrets).toMatchObject({
    token: { key: "provider.second.token", isReference: false, users: 1 },
  });
  expect([await secrets.get(shared), (await store.get(owner.id)).secrets]).toMatchObject([
    "canary-github",
    { token: { users: 1 } },
  ]);
  expect(await store.remove(seen(user.id, 2), { alsoInUse: true })).toEqual({
    removedKeys: ["provider.second.token"],
  });
});

test("a secret of its own goes when a connection uses another one instead, unless others use it", async () => {
  const { store, secrets, owner, user } = await openTwo();
  await secrets.set("provider.by-hand.token", "canary-by-hand");
  await store.update(seen(owner.id), { usedSecrets: use("provider.by-hand.token") });
  expect(await secrets.keys()).toEqual(["provider.by-hand.token", shared]);
  await store.update(seen(user.id), { secrets: { token: "canary-own" } as never });
  await store.update(seen(user.id, 2), { usedSecrets: use("provider.by-hand.token") });
  expect(await secrets.keys()).toEqual(["provider.by-hand.token", shared]);
  const gone = await store.update(seen(user.id, 3), { removedSecrets: [token] });
  expect([gone.secrets, await secrets.keys()]).toEqual([{}, ["provider.by-hand.token", shared]]);
});

test.each([
  ["one that is not there", use("provider.nobody.token"), {}, "secrets.absent"],
  ["a field that is no secret", { "base-url": shared }, {}, "connections.invalid-field"],
  ["a field that has a value too", use(shared), { token: "canary-2" }, "connections.invalid-field"],
])("the use of %s is refused, and nothing is saved", async (_why, usedSecrets, secrets, code) => {
  const { store } = await openTwo();
  const wanted = github({
    displayName: "Third",
    secrets,
    usedSecrets,
  });
  expect(await codeOf(store.create(wanted))).toBe(code);
  expect((await store.list()).connections).toHaveLength(2);
});

test("a secret in an unprotected place is used by no connection", async () => {
  const { store, secrets } = await openConnections({ backends: [createMemoryBackend({ name: "env-file" })] });
  await secrets.set("provider.by-hand.token", "canary-by-hand");
  const wanted = github({ secrets: {}, usedSecrets: use("provider.by-hand.token") });
  expect(await codeOf(store.create(wanted))).toBe("secrets.weak-protection");
});

test("at another address a used secret is chosen again", async () => {
  const { store, user } = await openTwo();
  const fields = { "base-url": "https://other.example" } as never;
  expect(await codeOf(store.update(seen(user.id), { fields }))).toBe("connections.address-changed");
  const moved = await store.update(seen(user.id), { fields, usedSecrets: use(shared) });
  expect(moved.secrets).toMatchObject({ token: { key: shared, isReference: true } });
});

test("a shared secret goes to the server while one of its connections lets it, with the names of each", async () => {
  const { store, owner, user } = await openTwo();
  await store.update(seen(user.id), { aliases: ["GITHUB_TOKEN" as EnvName] });
  await store.update(seen(owner.id), { isDisabled: true });
  expect(await store.delivery()).toEqual({
    aliases: [{ key: shared, envName: "GITHUB_TOKEN" }],
    withheld: new Set(),
  });
  await store.update(seen(user.id, 2), { isDisabled: true });
  expect(await store.delivery()).toEqual({ aliases: [], withheld: new Set([shared]) });
});

test("what a file of a workspace calls another's secret is part of what was confirmed", async () => {
  const { store, secrets } = await openConnections();
  await secrets.set("provider.by-hand.token", "canary-by-hand");
  const workspace = await makeFolder();
  store.openWorkspace(workspace);
  const { connection } = await store.create(
    github({ scope: "workspace", secrets: {}, usedSecrets: use("provider.by-hand.token") }),
  );
  const path = join(workspace, ".latchkey", "connections.json");
  const document = JSON.parse(await readFile(path, "utf8"));
  document.connections[0].references = [];
  await writeFile(path, JSON.stringify(document));
  expect((await store.get(connection.id)).state).toBe("unconfirmed");
  expect(await store.remove(seen(connection.id), { alsoInUse: true })).toEqual({ removedKeys: [] });
});

test("the connection of a model may use any secret", async () => {
  const { store } = await openTwo();
  const { connection } = await store.create({
    ...github({ displayName: "Main", secrets: {} }),
    usedSecrets: { ["api-key" as FieldName]: shared },
    providerId: "openai" as ProviderId,
  });
  expect(connection.secrets).toMatchObject({ "api-key": { key: shared, isReference: true, users: 3 } });
});

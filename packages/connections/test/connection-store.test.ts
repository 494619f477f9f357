import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Connection } from "@latchkey/api-contracts/connections";
import { AppError } from "@latchkey/api-contracts/errors";
import type { ConnectionId, EnvName, ExtensionId, ProviderId } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import { createMemoryBackend } from "@latchkey/secrets-core";
import { expect, test } from "vitest";
import { codeOf, github, makeFolder, type Opened, openConnections } from "./open-connections.ts";

const token = "token" as FieldName;
const key = (text: string) => text as never;
const names = (...list: string[]) => list as FieldName[];
const secretField = (name: string, secret: object) => ({ name, type: "secret", title: name, secret });

test("a connection is saved with its secret under a key that its name gives, and shows no value", async () => {
  const { store, secrets, folder, audited } = await openConnections();
  const { connection, refusal } = await store.create(github({ displayName: "GitHub work" }));
  expect(Connection.parse(connection)).toEqual(connection);
  expect(refusal).toBe(null);
  expect(connection).toMatchObject({
    slug: "github-work",
    revision: 1,
    state: "not-tested",
    secrets: { token: { key: "provider.github-work.token", state: "present", storageBackend: "memory" } },
  });
  expect(await secrets.get("provider.github-work.token")).toBe("canary-github");
  const shown = JSON.stringify([
    await store.list(),
    audited,
    await readFile(join(folder, "connections.json"), "utf8"),
  ]);
  expect(shown).not.toContain("canary");
});

test("the second account has a name, a slug and a key of its own", async () => {
  const { store, secrets } = await openConnections();
  await secrets.set("provider.github.token", "canary-by-hand");
  const first = await store.create(github());
  expect(await codeOf(store.create(github({ displayName: "gitHUB" })))).toBe("connections.name-taken");
  const second = await store.create(github({ displayName: "Гитхаб" }));
  expect(first.connection.slug).toBe("github-2");
  expect(second.connection.slug).toMatch(/^id--[a-z2-7]{16}$/);
  expect(await secrets.get("provider.github.token")).toBe("canary-by-hand");
});

test("names whose variables would meet get slugs that do not", async () => {
  const { store, secrets } = await openConnections();
  await secrets.set("provider.a_b.token", "canary-by-hand");
  const { connection } = await store.create(github({ displayName: "A b" }));
  expect(connection.slug).toBe("a-b-2");
});

test("the key of a model's connection has the app, the provider and the config", async () => {
  const { store, secrets } = await openConnections();
  const { connection } = await store.create({
    ...github({ displayName: "Main", secrets: { "api-key": "canary-openai" } as never }),
    providerId: "openai" as ProviderId,
  });
  expect(await secrets.keys()).toEqual(["latchkey.openai.main"]);
  expect(connection.secrets).toMatchObject({ "api-key": { key: "latchkey.openai.main" } });
});

test.each([
  ["a field that is not known", { fields: { nobody: 1 } }, "connections.invalid-field"],
  [
    "an address with a password in it",
    { fields: { "base-url": "https://a:b@host" } },
    "connections.invalid-field",
  ],
  ["a secret field that is not known", { secrets: { other: "canary-x" } }, "connections.invalid-field"],
  ["a secret that is too long", { secrets: { token: "c".repeat(70_000) } }, "connections.invalid-field"],
  ["a secret with NUL", { secrets: { token: "canary\0" } }, "secrets.invalid-value"],
  ["an alias of another provider", { aliases: ["OPENAI_API_KEY"] }, "connections.invalid-field"],
  ["a provider that is not there", { providerId: "nobody" }, "providers.absent"],
  ["a workspace that is not open", { scope: "workspace" }, "connections.no-workspace"],
])("%s is refused, and nothing is saved", async (_why, more, code) => {
  const { store, secrets } = await openConnections();
  expect(await codeOf(store.create(github(more as never)))).toBe(code);
  expect([(await store.list()).connections, await secrets.keys()]).toEqual([[], []]);
});

test("where only an unprotected place is, the connection stays as a draft and the secret is nowhere", async () => {
  const backend = createMemoryBackend({ name: "env-file" });
  const { store, secrets } = await openConnections({ backends: [backend] });
  const { connection, refusal } = await store.create(github());
  expect([connection.state, connection.secrets, refusal]).toEqual(["draft", {}, "secrets.weak-protection"]);
  expect([await secrets.keys(), backend.entries.size]).toEqual([[], 0]);
  const seen = { id: connection.id, revision: 1 };
  expect(await codeOf(store.setSecret(seen, token, "canary-2"))).toBe("secrets.weak-protection");
});

test("what could be saved is told without saving it", async () => {
  const { store, secrets, audited } = await openConnections();
  const { connection } = await store.create(github());
  const seen = { id: connection.id, revision: 1 };
  const before = audited.length;
  const answers = [
    await codeOf(store.check({ create: github({ displayName: "Second" }) })),
    await codeOf(store.check({ create: github() })),
    await codeOf(store.check({ create: github({ providerId: "nobody" as ProviderId }) })),
    await codeOf(
      store.check({ seen, update: { displayName: "B", secrets: { token: "canary-2" } as never } }),
    ),
    await codeOf(store.check({ seen, update: { fields: { "base-url": "ftp://x" } as never } })),
    await codeOf(store.check({ seen: { ...seen, revision: 2 }, update: {} })),
  ];
  expect(answers).toEqual([
    "done",
    "connections.name-taken",
    "providers.absent",
    "done",
    "connections.invalid-field",
    "connections.stale",
  ]);
  expect([(await store.list()).connections, audited.length]).toEqual([[connection], before]);
  expect(await secrets.get("provider.github.token")).toBe("canary-github");
});

test("while the key storage is locked a connection stays as a draft, and takes its secret later", async () => {
  const lock = { isOn: true };
  const locked = new AppError("secrets.locked");
  const backend = createMemoryBackend({ failWith: () => (lock.isOn ? locked : undefined) });
  const { store, secrets } = await openConnections({ backends: [backend] });
  const { connection, refusal } = await store.create(github());
  expect([connection.state, refusal]).toEqual(["draft", "secrets.locked"]);
  lock.isOn = false;
  await secrets.recheck();
  const saved = await store.setSecret({ id: connection.id, revision: 1 }, token, "canary-2");
  expect([saved.state, saved.revision, await secrets.get("provider.github.token")]).toEqual([
    "not-tested",
    2,
    "canary-2",
  ]);
});

test("metadata and secret are changed as one, and a refused secret changes neither", async () => {
  const { store, secrets } = await openConnections();
  const { connection } = await store.create(github());
  const seen = { id: connection.id, revision: 1 };
  const bad = { displayName: "B", secrets: { token: "canary\0" } as never };
  expect(await codeOf(store.update(seen, bad))).toBe("secrets.invalid-value");
  expect((await store.get(connection.id)).displayName).toBe("GitHub");
  const saved = await store.update(seen, { displayName: "B", secrets: { token: "canary-2" } as never });
  expect([saved.displayName, saved.revision, await secrets.get("provider.github.token")]).toEqual([
    "B",
    2,
    "canary-2",
  ]);
});

test("of two edits of the same state the second is refused as stale", async () => {
  const { store, secrets } = await openConnections();
  const { connection } = await store.create(github());
  const seen = { id: connection.id, revision: 1 };
  const outcomes = await Promise.all([
    codeOf(store.update(seen, { displayName: "B" })),
    codeOf(store.replaceSecret(seen, token, "canary-late")),
    codeOf(store.remove(seen, { alsoInUse: true })),
  ]);
  expect(outcomes).toEqual(["done", "connections.stale", "connections.stale"]);
  expect(await secrets.get("provider.github.token")).toBe("canary-github");
});

test("a secret is set where none can be read, and replaced where one is", async () => {
  const { store, secrets } = await openConnections();
  const { connection } = await store.create(github({ secrets: {} }));
  expect(connection.state).toBe("draft");
  const { id } = connection;
  await store.setSecret({ id, revision: 1 }, token, "canary-1");
  expect(await codeOf(store.setSecret({ id, revision: 2 }, token, "canary-2"))).toBe(
    "connections.secret-exists",
  );
  await store.replaceSecret({ id, revision: 2 }, token, "canary-2");
  expect(await secrets.get("provider.github.token")).toBe("canary-2");
  const bare = await store.update({ id, revision: 3 }, { removedSecrets: [token] });
  expect([bare.state, bare.secrets, await secrets.keys()]).toEqual(["draft", {}, []]);
});

test("a draft never takes the place of a secret that was made by hand meanwhile", async () => {
  const { store, secrets } = await openConnections();
  const { connection } = await store.create(github({ secrets: {} }));
  await secrets.set("provider.github.token", "canary-by-hand");
  const saved = await store.setSecret({ id: connection.id, revision: 1 }, token, "canary-1");
  expect(saved.secrets).toMatchObject({ token: { key: "provider.github-2.token" } });
  expect(await secrets.get("provider.github.token")).toBe("canary-by-hand");
});

test("a secret that was removed, lost or locked has a state of its own, and can be replaced", async () => {
  const failure: { error?: AppError } = {};
  const backend = createMemoryBackend({
    failWith: (call) => (call === "inspect" || call === "read" ? failure.error : undefined),
  });
  const { store, secrets } = await openConnections({ backends: [backend] });
  const { connection } = await store.create(github());
  const { id } = connection;
  const stateNow = async () => (await store.get(id)).state;
  failure.error = new AppError("secrets.undecryptable");
  expect(await stateNow()).toBe("secret-unreadable");
  failure.error = new AppError("secrets.locked");
  await codeOf(secrets.get("provider.github.token"));
  expect(await stateNow()).toBe("locked");
  delete failure.error;
  backend.entries.clear();
  await secrets.recheck();
  expect(await stateNow()).toBe("secret-unreadable");
  await store.replaceSecret({ id, revision: 1 }, token, "canary-new");
  expect([await stateNow(), await secrets.get("provider.github.token")]).toEqual([
    "not-tested",
    "canary-new",
  ]);
  await secrets.delete("provider.github.token");
  expect(await stateNow()).toBe("secret-missing");
  const again = await store.setSecret({ id, revision: 2 }, token, "canary-again");
  expect(again.state).toBe("not-tested");
});

test("a saved secret does not go to another address: it is entered again, or removed", async () => {
  const { store, secrets } = await openConnections();
  const { connection } = await store.create(github());
  const seen = { id: connection.id, revision: 1 };
  const fields = { "base-url": "https://evil.example" } as never;
  const errors = [
    await codeOf(store.update(seen, { fields })),
    await codeOf(store.check({ seen, update: { fields } })),
  ];
  expect(errors).toEqual(["connections.address-changed", "connections.address-changed"]);
  expect(await store.get(connection.id)).toEqual(connection);
  const same = { "base-url": "https://api.github.com/v4" } as never;
  await store.update(seen, { fields: same });
  await store.update({ ...seen, revision: 2 }, { fields, secrets: { token: "canary-2" } as never });
  expect(await secrets.get("provider.github.token")).toBe("canary-2");
  await store.update({ ...seen, revision: 3 }, { fields: same, removedSecrets: [token] });
  expect(await secrets.keys()).toEqual([]);
});

test("at another address the secrets of fields that are not shown go", async () => {
  const { store, secrets } = await openConnections();
  const server = { host: "files.example", username: "ada" };
  const { connection } = await store.create({
    ...github({ secrets: { password: "canary-password" } as never }),
    providerId: "sftp" as ProviderId,
    fields: server,
  });
  const { id } = connection;
  await store.update(
    { id, revision: 1 },
    { fields: { ...server, auth: "key" } as never, secrets: { "private-key": "canary-key" } as never },
  );
  expect((await secrets.keys()).toSorted()).toEqual(["sftp.github.password", "sftp.github.private-key"]);
  const elsewhere = { ...server, host: "evil.example", auth: "key" } as never;
  await store.update(
    { id, revision: 2 },
    { fields: elsewhere, secrets: { "private-key": "canary-key-2" } as never },
  );
  // Else it would go there with the next change of the sign-in.
  expect(await secrets.keys()).toEqual(["sftp.github.private-key"]);
});

test("deletion tells what uses a connection, is refused without a yes, and takes its secret along", async () => {
  const { store, secrets } = await openConnections();
  const { connection } = await store.create(github({ aliases: ["GITHUB_TOKEN" as EnvName] }));
  const seen = { id: connection.id, revision: 1 };
  expect(await store.usage({ id: connection.id })).toEqual([
    { by: "server", envNames: ["PROVIDER_GITHUB_TOKEN", "GITHUB_TOKEN"] },
  ]);
  expect(await store.usage({ key: key("provider.github.token") })).toEqual([
    { by: "server", envNames: ["PROVIDER_GITHUB_TOKEN", "GITHUB_TOKEN"] },
    { by: "connection", id: connection.id, displayName: "GitHub" },
  ]);
  expect(await codeOf(store.remove(seen))).toBe("connections.in-use");
  expect(await store.remove(seen, { alsoInUse: true })).toEqual({ removedKeys: ["provider.github.token"] });
  expect([(await store.list()).connections, await secrets.keys()]).toEqual([[], []]);
});

test("what is switched off, or for the broker alone, is withheld from the server", async () => {
  const { store, providers } = await openConnections();
  const off = await store.create(github({ aliases: ["GITHUB_TOKEN" as EnvName] }));
  providers.contribute({
    extensionId: "acme.tools" as ExtensionId,
    publisher: "acme",
    isVerified: false,
    definitions: [
      {
        version: 1,
        id: "acme",
        title: "Acme",
        group: "web",
        icon: "web",
        namespace: "provider",
        fields: [{ name: "token", type: "secret", title: "Token" }],
        deliver: "broker",
        test: { noTest: "None." },
      },
    ],
  });
  await store.create(github({ providerId: "acme" as ProviderId, displayName: "Acme" }));
  expect(await store.delivery()).toEqual({
    aliases: [{ key: "provider.github.token", envName: "GITHUB_TOKEN" }],
    withheld: new Set(["provider.acme.token"]),
  });
  await store.update({ id: off.connection.id, revision: 1 }, { isDisabled: true });
  expect(await store.delivery()).toEqual({
    aliases: [],
    withheld: new Set(["provider.github.token", "provider.acme.token"]),
  });
  providers.withdraw("acme.tools" as ExtensionId);
  const [, acme] = (await store.list()).connections;
  expect(acme?.state).toBe("provider-missing");
  const seen = { id: acme?.id as ConnectionId, revision: 1 };
  expect(await codeOf(store.update(seen, { displayName: "B" }))).toBe("connections.read-only");
  expect(await codeOf(store.remove(seen))).toBe("done");
});

test("a value that nobody has to know is made here as its field declares it, and told to nobody", async () => {
  const { store, secrets, providers, audited, folder } = await openConnections();
  const { refused } = providers.contribute({
    extensionId: "acme.tools" as ExtensionId,
    publisher: "acme",
    isVerified: false,
    definitions: [
      {
        version: 1,
        id: "acme",
        title: "Acme",
        group: "web",
        icon: "web",
        namespace: "provider",
        fields: [
          { ...secretField("key", { generate: { length: 64, alphabet: "hex" } }), required: true },
          secretField("id", { generate: { uuid: true } }),
          secretField("other", {}),
        ],
        deliver: "server-env",
        test: { noTest: "None." },
      },
    ],
  });
  expect(refused).toEqual([]);
  const wanted = { ...github({ secrets: {} }), providerId: "acme" as ProviderId, displayName: "Acme" };
  expect(await codeOf(store.create({ ...wanted, generatedSecrets: names("other") }))).toBe(
    "connections.invalid-field",
  );
  const both = { ...wanted, secrets: { key: "canary-typed" } as never, generatedSecrets: names("key") };
  expect(await codeOf(store.create(both))).toBe("connections.invalid-field");
  const { connection } = await store.create({ ...wanted, generatedSecrets: names("key", "id") });
  expect(connection).toMatchObject({
    state: "not-tested",
    secrets: { key: { source: "generated", state: "present" }, id: { source: "generated" } },
  });
  const made = [await secrets.get("provider.acme.key"), await secrets.get("provider.acme.id")];
  expect(made).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f-]{36}$/)]);

  const { id } = connection;
  const rotated = await store.update({ id, revision: 1 }, { generatedSecrets: names("key") });
  const another = await secrets.get("provider.acme.key");
  expect([another === made[0], await secrets.get("provider.acme.id")]).toEqual([false, made[1]]);
  const typed = await store.update({ id, revision: 2 }, { secrets: { key: "canary-typed" } as never });
  expect(typed.secrets).toMatchObject({ key: { source: "entered" } });
  const told = JSON.stringify([connection, rotated, await store.list(), audited]);
  const file = await readFile(join(folder, "connections.json"), "utf8");
  for (const value of [...made, another]) expect(told + file).not.toContain(value);
});

test("one record that cannot be read hides no other, and stays in the file", async () => {
  const folder = await makeFolder();
  const first = await openConnections({ folder });
  await first.store.create(github({ secrets: {} }));
  const path = join(folder, "connections.json");
  const document = JSON.parse(await readFile(path, "utf8"));
  const torn = { id: "torn", note: "from elsewhere" };
  await writeFile(path, JSON.stringify({ ...document, connections: [torn, ...document.connections] }));
  const { store } = await openConnections({ folder });
  await store.create(github({ displayName: "B", secrets: {} }));
  const { connections, damaged } = await store.list();
  expect([connections.map(({ displayName }) => displayName), damaged]).toEqual([["GitHub", "B"], 1]);
  expect(JSON.parse(await readFile(path, "utf8")).connections[0]).toEqual(torn);
});

test("a damaged file is taken from its previous copy; damaged with its copy it is an error, never an empty list", async () => {
  const folder = await makeFolder();
  const first = await openConnections({ folder });
  await first.store.create(github({ secrets: {} }));
  await first.store.create(github({ displayName: "B", secrets: {} }));
  const path = join(folder, "connections.json");
  await writeFile(path, "{ torn");
  const { store } = await openConnections({ folder });
  expect((await store.list()).connections.map(({ displayName }) => displayName)).toEqual(["GitHub"]);
  await writeFile(path, "{ torn");
  await writeFile(`${path}.previous`, "{}");
  expect(await codeOf(openConnections({ folder }))).toBe("files.corrupt");
});

test("how a test ended stays with what was tried", async () => {
  const { store } = await openConnections();
  const { connection } = await store.create(github());
  const { id } = connection;
  const failed = { checkedAt: "2026-01-02T00:00:00.000Z", cause: "auth" } as const;
  await store.noteTest({ id, revision: 1 }, failed);
  expect(await store.get(id)).toMatchObject({ state: "failing", lastTest: failed, revision: 1 });
  const renamed = await store.update({ id, revision: 1 }, { displayName: "B" });
  expect(renamed.lastTest).toEqual(failed);
  await store.noteTest({ id, revision: 1 }, { ...failed, cause: null });
  expect((await store.get(id)).state).toBe("failing");
  const replaced = await store.replaceSecret({ id, revision: 2 }, token, "canary-2");
  expect([replaced.state, replaced.lastTest]).toEqual(["not-tested", null]);
});

test("the default model is one of the models' connections, and goes with it", async () => {
  const { store } = await openConnections();
  const { connection: other } = await store.create(github());
  expect(await codeOf(store.setDefaultLlm(other.id))).toBe("connections.absent");
  const { connection } = await store.create({
    ...github({ displayName: "Local", secrets: {} }),
    providerId: "ollama" as ProviderId,
  });
  await store.setDefaultLlm(connection.id);
  expect(await store.usage({ id: connection.id })).toEqual([{ by: "llm-default", id: connection.id }]);
  await store.remove({ id: connection.id, revision: 1 }, { alsoInUse: true });
  expect(await store.defaultLlm()).toBe(null);
});

test("each step is audited with the connection, and a failed one says so", async () => {
  const { store, audited } = await openConnections();
  const { connection } = await store.create(github());
  await codeOf(store.replaceSecret({ id: connection.id, revision: 1 }, token, "canary\0"));
  const own = audited.filter(({ connectionId }) => connectionId === connection.id);
  expect(own.map(({ action, outcome, code, keys }) => [action, outcome, code, keys])).toEqual([
    ["connection.create", "done", undefined, ["provider.github.token"]],
    ["connection.replace-secret", "done", undefined, ["provider.github.token"]],
    ["connection.replace-secret", "failed", "secrets.invalid-value", ["provider.github.token"]],
  ]);
});

/** Two processes on one folder, as the window and the command line are. */
test("two processes that change connections at once both succeed, and see each other's", async () => {
  const folder = await makeFolder();
  const backend = createMemoryBackend();
  const both: Opened[] = [
    await openConnections({ folder, backends: [backend] }),
    await openConnections({ folder, backends: [backend] }),
  ];
  await Promise.all(
    both.flatMap(({ store }, i) => [1, 2, 3].map((n) => store.create(github({ displayName: `P${i} ${n}` })))),
  );
  for (const { store, secrets } of both) {
    const { connections } = await store.list();
    expect([connections.length, new Set(connections.map(({ state }) => state))]).toEqual([
      6,
      new Set(["not-tested"]),
    ]);
    expect((await secrets.keys()).length).toBe(6);
  }
});

test("a workspace's file holds references only, and its connection stands in front of the person's own", async () => {
  const { store, secrets } = await openConnections();
  const workspace = await makeFolder();
  const { connection: own } = await store.create(github());
  store.openWorkspace(workspace);
  const { connection } = await store.create(
    github({ scope: "workspace", secrets: { token: "canary-shop" } as never }),
  );
  const text = await readFile(join(workspace, ".latchkey", "connections.json"), "utf8");
  expect(text).not.toContain("canary");
  expect(JSON.parse(text).connections[0].secrets).toEqual({ token: "provider.github-2.token" });
  expect(await secrets.get("provider.github-2.token")).toBe("canary-shop");
  expect((await store.get(own.id)).shadowedBy).toBe(connection.id);
  store.openWorkspace(null);
  expect((await store.list()).connections.map(({ id, shadowedBy }) => [id, shadowedBy])).toEqual([
    [own.id, null],
  ]);
});

test("what a workspace brings from elsewhere is not used before the person has saved it", async () => {
  const { store, secrets } = await openConnections();
  const { connection: own } = await store.create(github());
  const workspace = await makeFolder();
  store.openWorkspace(workspace);
  const { id, ...record } = JSON.parse(
    JSON.stringify({
      ...own,
      id: "8d1a4f5e-2f6b-4f0e-9a53-3f2f6f0a7c11",
      fields: { "base-url": "https://elsewhere.example" },
      secrets: { token: "provider.github.token" },
    }),
  );
  for (const name of ["scope", "state", "lastTest", "shadowedBy"]) delete record[name];
  const write = async (records: unknown[]) => {
    await mkdir(join(workspace, ".latchkey"), { recursive: true });
    await writeFile(
      join(workspace, ".latchkey", "connections.json"),
      JSON.stringify({ version: 1, connections: records }),
    );
  };
  // One takes the id of the person's own connection, to be used in its place.
  await write([
    { id, ...record },
    { id: own.id, ...record, displayName: "Mine" },
  ]);
  const { connections } = await store.list();
  expect(connections.map(({ displayName, state, shadowedBy }) => [displayName, state, shadowedBy])).toEqual([
    ["GitHub", "not-tested", null],
    ["GitHub", "unconfirmed", null],
  ]);
  expect(await store.find(id)).toBe(undefined);
  const seen = { id, revision: 1 };
  expect(await codeOf(store.update(seen, { isDisabled: false }))).toBe("connections.unconfirmed");
  expect(await codeOf(store.replaceSecret(seen, token, "canary-2"))).toBe("connections.unconfirmed");
  const saved = await store.update(seen, { fields: record.fields });
  expect([saved.state, (await store.get(own.id)).shadowedBy]).toEqual(["not-tested", id]);
  // Whoever edits the file afterwards has to ask again.
  await write([{ id, ...record, revision: 2, fields: { "base-url": "https://other.example" } }]);
  expect((await store.get(id)).state).toBe("unconfirmed");
  expect(await store.remove({ id, revision: 2 }, { alsoInUse: true })).toEqual({ removedKeys: [] });
  expect(await secrets.get("provider.github.token")).toBe("canary-github");
});

test("a connection moves between the person and the workspace with its secret and its last test", async () => {
  const { store, secrets, folder } = await openConnections();
  const workspace = await makeFolder();
  store.openWorkspace(workspace);
  const { connection } = await store.create(github());
  const { id } = connection;
  const ok = { checkedAt: "2026-01-02T00:00:00.000Z", cause: null };
  await store.noteTest({ id, revision: 1 }, ok);
  const moved = await store.update({ id, revision: 1 }, { scope: "workspace" });
  expect([moved.scope, moved.state, moved.secrets]).toEqual(["workspace", "ok", connection.secrets]);
  expect(JSON.parse(await readFile(join(folder, "connections.json"), "utf8")).connections).toEqual([]);
  const back = await store.update({ id, revision: 2 }, { scope: "user" });
  expect([back.scope, (await store.list()).connections.length, await secrets.keys()]).toEqual([
    "user",
    1,
    ["provider.github.token"],
  ]);
});

test("a change that began in one workspace ends there, also when another one is opened meanwhile", async () => {
  const { store, secrets } = await openConnections();
  const [first, second] = [await makeFolder(), await makeFolder()];
  store.openWorkspace(first);
  const { connection } = await store.create(github({ scope: "workspace" }));
  const keys = secrets.keys.bind(secrets);
  secrets.keys = async () => {
    store.openWorkspace(second);
    return keys();
  };
  const updated = await store.update({ id: connection.id, revision: 1 }, { displayName: "Renamed" });
  const inSecond = await store.list();
  store.openWorkspace(first);
  const inFirst = await store.list();
  const namesIn = ({ connections }: typeof inFirst) =>
    connections.map(({ displayName, state }) => [displayName, state]);
  expect([updated.displayName, namesIn(inFirst), namesIn(inSecond)]).toEqual([
    "Renamed",
    [["Renamed", "not-tested"]],
    [],
  ]);
});

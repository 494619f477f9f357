import type { ConnectionId, ProviderId } from "@latchkey/api-contracts/ids";
import { LlmConfig } from "@latchkey/api-contracts/llm-configs";
import { createMemoryBackend } from "@latchkey/secrets-core";
import { expect, test } from "vitest";
import { createLlmConfigs } from "../src/store/llm-configs.ts";
import { createUsableConnections } from "../src/store/usable-connections.ts";
import { codeOf, github, openConnections } from "./open-connections.ts";

const openai = "openai" as ProviderId;
const wanted = { providerId: openai, displayName: "Main", fields: {}, isDefault: false };

test("a config and the connection of its id are one object, and the key comes out of neither", async () => {
  const { store, providers, secrets } = await openConnections();
  const llm = createLlmConfigs(store, providers);
  const { config } = await llm.create({ ...wanted, apiKey: "canary-1", isDefault: true });
  expect(LlmConfig.parse(config)).toEqual(config);
  expect(config).toMatchObject({
    configId: "main",
    isDefault: true,
    state: "not-tested",
    key: { key: "latchkey.openai.main", state: "present" },
  });
  await store.create(github());
  const renamed = await store.update({ id: config.id, revision: 1 }, { displayName: "Work" });
  expect((await llm.list()).map(({ displayName, revision }) => [displayName, revision])).toEqual([
    ["Work", 2],
  ]);
  const seen = { id: config.id, revision: renamed.revision };
  await llm.update(seen, { fields: { model: "m" } as never, apiKey: "canary-2" });
  const elsewhere = { "base-url": "https://evil.example" } as never;
  expect(await codeOf(llm.update({ ...seen, revision: 3 }, { fields: elsewhere }))).toBe(
    "connections.address-changed",
  );
  expect(await secrets.get("latchkey.openai.main")).toBe("canary-2");
  expect(JSON.stringify([await llm.list(), await store.list()])).not.toContain("canary");
  expect(await codeOf(llm.remove({ id: config.id, revision: 3 }))).toBe("connections.in-use");
  await llm.remove({ id: config.id, revision: 3 }, { alsoInUse: true });
  expect([await llm.list(), await store.defaultLlm()]).toEqual([[], null]);
});

test("metadata and key of a config change together or not at all", async () => {
  const { store, providers, secrets } = await openConnections();
  const llm = createLlmConfigs(store, providers);
  expect(await codeOf(llm.create({ ...wanted, apiKey: "canary\0" }))).toBe("secrets.invalid-value");
  expect([await llm.list(), await secrets.keys()]).toEqual([[], []]);
  const { config } = await llm.create({ ...wanted, apiKey: "canary-1" });
  const seen = { id: config.id, revision: 1 };
  expect(await codeOf(llm.update(seen, { displayName: "B", apiKey: "canary\0" }))).toBe(
    "secrets.invalid-value",
  );
  expect([(await llm.list())[0]?.displayName, await secrets.get("latchkey.openai.main")]).toEqual([
    "Main",
    "canary-1",
  ]);
});

test("providers without models, and models without keys, are refused as such", async () => {
  const { store, providers } = await openConnections();
  const llm = createLlmConfigs(store, providers);
  const { connection } = await store.create(github());
  const seen = { id: connection.id, revision: 1 };
  expect([
    await codeOf(llm.create({ ...wanted, providerId: "github" as ProviderId })),
    await codeOf(llm.update(seen, { displayName: "B" })),
    await codeOf(llm.create({ ...wanted, providerId: "ollama" as ProviderId, apiKey: "canary-1" })),
  ]).toEqual(["providers.absent", "connections.absent", "connections.invalid-field"]);
});

test("a draft of a config keeps what is no secret", async () => {
  const backends = [createMemoryBackend({ name: "env-file" })];
  const { store, providers } = await openConnections({ backends });
  const llm = createLlmConfigs(store, providers);
  const { config, refusal } = await llm.create({ ...wanted, apiKey: "canary-1" });
  expect([config.state, config.key, refusal]).toEqual(["draft", null, "secrets.weak-protection"]);
});

test("a connection is found with the credential that its values choose, and lends its secret", async () => {
  const { store, providers, secrets } = await openConnections();
  const lookup = createUsableConnections({ store, providers, secrets });
  const { connection } = await store.create({
    ...github(),
    providerId: "http" as ProviderId,
    fields: { "base-url": "https://api.example", auth: "basic", username: "ada" } as never,
    secrets: { password: "canary-basic" } as never,
  });
  expect(await lookup.find(connection.id)).toMatchObject({
    providerTitle: "HTTP API",
    http: { credential: { type: "basic", userField: "username", field: "password" } },
    values: { auth: "basic", "test-path": "/" },
    secretFields: [{ name: "password", title: "Password", key: "provider.github.password" }],
  });
  const lent: Uint8Array[] = [];
  const text = await lookup.use(connection.id, "password" as never, async (bytes) => {
    lent.push(bytes);
    return new TextDecoder().decode(bytes);
  });
  expect([text, lent[0]?.every((byte) => byte === 0)]).toEqual(["canary-basic", true]);
  expect(await codeOf(lookup.use(connection.id, "token" as never, async () => 1))).toBe("connections.absent");
});

test("what has no secret that it needs, or is off, is not found", async () => {
  const { store, providers, secrets } = await openConnections();
  const lookup = createUsableConnections({ store, providers, secrets });
  const { connection: draft } = await store.create(github({ secrets: {} }));
  const { connection: open } = await store.create({
    ...github({ displayName: "Local", secrets: {} }),
    providerId: "openai-compatible" as ProviderId,
    fields: { "base-url": "http://127.0.0.1:1/v1" } as never,
  });
  expect(await lookup.find(draft.id)).toBe(undefined);
  expect((await lookup.find(open.id))?.http?.credential).toEqual({ type: "none" });
  await store.update({ id: open.id, revision: 1 }, { isDisabled: true });
  expect(await lookup.find(open.id)).toBe(undefined);
  expect(await lookup.find("8d1a4f5e-2f6b-4f0e-9a53-3f2f6f0a7c11" as ConnectionId)).toBe(undefined);
});

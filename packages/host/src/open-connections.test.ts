import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvName, ExtensionId, ProviderId } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import { createMemoryBackend, openSecretStore } from "@latchkey/secrets-core";
import { expect, onTestFinished, test } from "vitest";
import { openHostConnections } from "./open-connections.ts";

const nobody = () => undefined;
const onAudit = async () => undefined;

async function open(settings?: object) {
  const folder = await mkdtemp(join(tmpdir(), "latchkey host "));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const folders = { config: join(folder, "config"), data: folder, cache: folder, logs: folder };
  await mkdir(folders.config);
  if (settings) await writeFile(join(folders.config, "settings.json"), JSON.stringify(settings));
  const backends = [createMemoryBackend()];
  const secrets = await openSecretStore({ folder, appId: "latchkey", backends, onAudit });
  onTestFinished(() => secrets[Symbol.asyncDispose]());
  const errors: unknown[] = [];
  const connections = openHostConnections({
    folders,
    secrets,
    onAudit,
    onChanged: nobody,
    onProvidersChanged: nobody,
    onError: (error) => errors.push(error),
  });
  return { connections, secrets, errors, folders };
}

const secretOf = (value: string) => ({ ["token" as FieldName]: value });
const acme = {
  version: 1,
  id: "acme",
  title: "Acme",
  group: "web",
  icon: "web",
  namespace: "provider",
  fields: [{ name: "token", type: "secret", title: "Token" }],
  deliver: "broker",
  test: { noTest: "None." },
};

test("the server gets aliases that were opted in to, and nothing that is for the broker alone", async () => {
  const { connections, secrets } = await open();
  connections.providers.contribute({
    extensionId: "acme.tools" as ExtensionId,
    publisher: "acme",
    isVerified: false,
    definitions: [acme],
  });
  const { store } = await connections.open();
  const wanted = { scope: "user", fields: {} } as const;
  await store.create({
    ...wanted,
    providerId: "github" as ProviderId,
    displayName: "GitHub",
    secrets: secretOf("canary-github"),
    aliases: ["GITHUB_TOKEN" as EnvName],
  });
  await store.create({
    ...wanted,
    providerId: "acme" as ProviderId,
    displayName: "Acme",
    secrets: secretOf("canary-acme"),
    aliases: [],
  });
  expect((await connections.shape(await secrets.snapshot())).toEnv()).toEqual({
    PROVIDER_GITHUB_TOKEN: "canary-github",
    GITHUB_TOKEN: "canary-github",
  });
});

test("while connections cannot be read the server gets nothing that is for the broker alone", async () => {
  const { connections, secrets, errors, folders } = await open();
  connections.providers.contribute({
    extensionId: "acme.tools" as ExtensionId,
    publisher: "acme",
    isVerified: false,
    definitions: [acme],
  });
  await (await connections.open()).store.create({
    scope: "user",
    fields: {},
    providerId: "acme" as ProviderId,
    displayName: "Acme",
    secrets: secretOf("canary-acme"),
    aliases: [],
  });
  await connections.shape(await secrets.snapshot());
  for (const name of ["connections.json", "connections.json.previous"])
    await writeFile(join(folders.data, name), "{");
  await secrets.set("provider.github.token", "canary-github");
  const stored = await secrets.snapshot();
  expect((await connections.shape(stored)).toEnv()).toEqual({ PROVIDER_GITHUB_TOKEN: "canary-github" });
  expect(errors).toMatchObject([{ code: "files.corrupt" }]);

  // In another run of the app nothing is known of them, and so nothing is handed over.
  const again = openHostConnections({
    folders,
    secrets,
    onAudit,
    onChanged: nobody,
    onProvidersChanged: nobody,
    onError: nobody,
  });
  await expect(again.shape(stored)).rejects.toMatchObject({ code: "files.corrupt" });
});

test("an alias that meets another variable is left out and told, and the server still starts", async () => {
  const { connections, secrets, errors } = await open();
  await secrets.set("install.token", "canary-install", { envName: "GITHUB_TOKEN" });
  const { store } = await connections.open();
  await store.create({
    scope: "user",
    fields: {},
    providerId: "github" as ProviderId,
    displayName: "GitHub",
    secrets: secretOf("canary-github"),
    aliases: ["GITHUB_TOKEN" as EnvName],
  });
  expect((await connections.shape(await secrets.snapshot())).toEnv()).toEqual({
    GITHUB_TOKEN: "canary-install",
    PROVIDER_GITHUB_TOKEN: "canary-github",
  });
  expect(errors).toMatchObject([{ code: "secrets.collision" }]);
});

test("the setting turns connections off, and the secrets go on as before", async () => {
  const { connections, secrets, errors } = await open({ version: 1, features: { connections: false } });
  await secrets.set("provider.github.token", "canary-github");
  await expect(connections.open()).rejects.toMatchObject({ code: "connections.off" });
  const stored = await secrets.snapshot();
  expect([await connections.shape(stored), errors]).toEqual([stored, []]);
});

test("the workspace that was open last is open again, and settings of a later version stay", async () => {
  const { connections, folders, secrets } = await open({ version: 1, later: { kept: true } });
  await connections.openWorkspace(folders.cache);
  const again = openHostConnections({
    folders,
    secrets,
    onAudit,
    onChanged: nobody,
    onProvidersChanged: nobody,
    onError: nobody,
  });
  expect((await again.open()).store.workspace()).toBe(folders.cache);
});

import { execFile } from "node:child_process";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "@latchkey/api-contracts/errors";
import { startTestSession } from "@latchkey/test-session";
import { describe, expect, onTestFinished, test } from "vitest";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { createMemoryBackend } from "../src/memory-backend.ts";
import { createDotenvSource } from "../src/migration/dotenv-source.ts";
import { createKeychainSource } from "../src/migration/keychain-source.ts";
import { planMigration } from "../src/migration/plan-migration.ts";
import { finishMigration, runMigration } from "../src/migration/run-migration.ts";
import { blobsOfJson, createSafeStorageSource } from "../src/migration/safe-storage-source.ts";
import { createSecretServiceItems } from "../src/migration/secret-service-items.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";

const run = promisify(execFile);
const appId = "latchkey";

const dotenv = `# my keys
export OPENAI_API_KEY=canary-openai # the main one
DATABASE_URL='store://me:canary-db@localhost/x'
NODE_OPTIONS=--inspect

CERT="-----BEGIN CANARY-----
canary-line
-----END CANARY-----"
EMPTY=
PLAIN_SETTING=on
`;

async function dotenvFile(text = dotenv) {
  const path = join(await makeFolder(), ".env");
  await writeFile(path, text, { mode: 0o640 });
  return { path, source: createDotenvSource({ path }) };
}

function withoutSettings<T extends { name: string }>(item: T): T | undefined {
  return item.name === "PLAIN_SETTING" ? undefined : item;
}

describe("from a dotenv file", () => {
  test("the plan has names, keys and refusals, never a value", async () => {
    const { source } = await dotenvFile();
    const { store } = await openStore();
    const plan = await planMigration(store, source, { appId });
    expect(plan.map(({ name, key, envName, action }) => [name, key, envName, action])).toEqual([
      ["OPENAI_API_KEY", "provider.openai.api-key", undefined, "copy"],
      ["DATABASE_URL", "install.database-url", "DATABASE_URL", "copy"],
      ["NODE_OPTIONS", "install.node-options", "NODE_OPTIONS", "refuse"],
      ["CERT", "install.cert", "CERT", "copy"],
      ["EMPTY", "install.empty", "EMPTY", "copy"],
      ["PLAIN_SETTING", "install.plain-setting", "PLAIN_SETTING", "copy"],
    ]);
    expect(JSON.stringify(plan)).not.toContain("canary");
  });

  test("what was copied is there byte for byte, the file stays until it is finished, then keeps no value", async () => {
    const { path, source } = await dotenvFile();
    const { store } = await openStore();
    const plan = await planMigration(store, source, { appId, choose: withoutSettings });
    const done = await runMigration(store, source, plan);
    expect(done.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "OPENAI_API_KEY copied",
      "DATABASE_URL copied",
      "NODE_OPTIONS refused",
      "CERT copied",
      "EMPTY refused",
    ]);
    expect([await store.get("install.cert"), await readFile(path, "utf8")]).toEqual([
      "-----BEGIN CANARY-----\ncanary-line\n-----END CANARY-----",
      dotenv,
    ]);
    const finished = await finishMigration(store, source, plan);
    expect(finished.filter(({ isFinished }) => isFinished).map(({ name }) => name)).toEqual([
      "OPENAI_API_KEY",
      "DATABASE_URL",
      "CERT",
    ]);
    expect([await readFile(path, "utf8"), await readFile(`${path}.before-latchkey`, "utf8")]).toEqual([
      `# my keys
# OPENAI_API_KEY moved to Latchkey
# DATABASE_URL moved to Latchkey
NODE_OPTIONS=--inspect

# CERT moved to Latchkey
EMPTY=
PLAIN_SETTING=on
`,
      dotenv,
    ]);
    const modes = await Promise.all(
      [path, `${path}.before-latchkey`].map(async (file) => (await stat(file)).mode & 0o777),
    );
    expect(modes).toEqual([0o640, 0o600]);
  });

  test("a migration that broke off goes on where it was", async () => {
    const { source } = await dotenvFile("A_TOKEN=canary-a\nB_TOKEN=canary-b\nC_TOKEN=canary-c\n");
    let isBroken = true;
    const failWith = (call: string, entry?: { key: string }) =>
      isBroken && call === "write" && entry?.key === "install.b-token"
        ? new AppError("secrets.unavailable", { storageBackend: "memory", reason: "not-answering" })
        : undefined;
    const { store } = await openStore({ backends: [createMemoryBackend({ failWith })], fallback: "block" });
    const migrate = async () => {
      const plan = await planMigration(store, source, { appId });
      return (await runMigration(store, source, plan)).map(({ outcome }) => outcome);
    };
    const first = await migrate();
    isBroken = false;
    await store.recheck();
    expect([first.slice(0, 2), await migrate()]).toEqual([
      ["copied", "failed"],
      ["same", "copied", "copied"].map((outcome, i) => (i === 2 && first[2] === "copied" ? "same" : outcome)),
    ]);
  });

  test("another value that the store has stays, unless it is to be replaced", async () => {
    const { path, source } = await dotenvFile("OPENAI_API_KEY=canary-new\n");
    const { store } = await openStore();
    await store.set("provider.openai.api-key", "canary-old");
    const plan = await planMigration(store, source, { appId });
    const kept = await runMigration(store, source, plan);
    const left = await finishMigration(store, source, plan);
    expect([plan[0]?.action, kept[0]?.outcome, left[0]?.isFinished, await readFile(path, "utf8")]).toEqual([
      "compare",
      "kept",
      false,
      "OPENAI_API_KEY=canary-new\n",
    ]);
    const replaced = await runMigration(store, source, plan, { onConflict: "replace" });
    expect([replaced[0]?.outcome, await store.get("provider.openai.api-key")]).toEqual([
      "replaced",
      "canary-new",
    ]);
  });

  test("a value that changed in the file since it was copied is not taken out", async () => {
    const { path, source } = await dotenvFile("A_TOKEN=canary-a\nB_TOKEN=canary-b\n");
    const { store } = await openStore();
    const plan = await planMigration(store, source, { appId });
    await runMigration(store, source, plan);
    await writeFile(path, "A_TOKEN=canary-changed\nB_TOKEN=canary-b\n");
    const finished = await finishMigration(store, source, plan);
    expect([finished.map(({ isFinished }) => isFinished), await readFile(path, "utf8")]).toEqual([
      [false, true],
      "A_TOKEN=canary-changed\n# B_TOKEN moved to Latchkey\n",
    ]);
  });

  test("two names that would be one variable are told apart in the plan", async () => {
    const { source } = await dotenvFile("my_token=canary-1\nMY_TOKEN=canary-2\n");
    const { store } = await openStore();
    const plan = await planMigration(store, source, { appId });
    expect(plan.map((item) => (item.action === "refuse" ? item.code : item.action))).toEqual([
      "copy",
      "secrets.collision",
    ]);
  });

  test("a link in the file's place is not followed when it is to be changed", async () => {
    const { path } = await dotenvFile("A_TOKEN=canary-a\n");
    const linked = join(await makeFolder(), ".env");
    await symlink(path, linked);
    const source = createDotenvSource({ path: linked });
    const { store } = await openStore();
    const plan = await planMigration(store, source, { appId });
    await runMigration(store, source, plan);
    expect([await codeOf(finishMigration(store, source, plan)), await readFile(path, "utf8")]).toEqual([
      "files.unsafe",
      "A_TOKEN=canary-a\n",
    ]);
  });
});

test("a secrets.env goes to a secure place with its keys and any value", async () => {
  const folder = await makeFolder();
  const { store: weak } = await openStore({ folder, backends: [createEnvFileBackend({ folder })] });
  const values = {
    "provider.a.token": "canary ' \" \\ é",
    "latchkey.openai.main": "canary\nlines",
    "install.x": "canary",
  };
  for (const [key, value] of Object.entries(values)) {
    await weak.set(key, value, key.startsWith("install.") ? { envName: "X_VALUE" } : {});
  }
  const { store } = await openStore();
  const source = createDotenvSource({ path: join(folder, "secrets.env") });
  const plan = await planMigration(store, source, { appId });
  await runMigration(store, source, plan);
  expect(
    Object.fromEntries(
      await Promise.all(Object.keys(values).map(async (key) => [key, await store.get(key)])),
    ),
  ).toEqual(values);
  await finishMigration(store, source, plan);
  expect(await readFile(join(folder, "secrets.env"), "utf8")).not.toContain("canary");
});

test("entries of other programs come out of the real Secret Service by patterns, and go when finished", async () => {
  const session = await startTestSession({ keyring: "unlocked" });
  onTestFinished(() => session.stop());
  const keep = async (attributes: string[], value: string) => {
    const child = run("secret-tool", ["store", "--label=x", ...attributes], { env: session.env });
    child.child.stdin?.end(value);
    await child;
  };
  await keep(["service", "old-app", "account", "old.openai.main"], "canary-1");
  await keep(["service", "old-app", "account", "old.@acme/llm.Main"], "canary-2");
  await keep(["service", "old-app", "account", "unrelated"], "canary-3");
  await keep(["service", "vault/github", "username", "token"], "canary-4");
  await keep(["service", "other", "account", "a.b.c"], "canary-5");
  const items = createSecretServiceItems({ env: session.env });
  const source = createKeychainSource({
    items,
    rules: [
      {
        service: "old-app",
        account: "<app>.<provider-id>.<config-id>",
        key: "latchkey.<provider-id>.<config-id>",
      },
      { service: "vault/<id>", account: "<field>", key: "provider.<id>.<field>" },
    ],
  });
  const { store } = await openStore();
  const plan = await planMigration(store, source, { appId });
  const done = await runMigration(store, source, plan);
  expect(
    done.map(({ name, key, outcome }) => [name, key.replace(/--[a-z2-7]{16}/g, "--hash"), outcome]),
  ).toEqual([
    ["old-app/old.@acme/llm.Main", "latchkey.acme-llm--hash.main--hash", "copied"],
    ["old-app/old.openai.main", "latchkey.openai.main", "copied"],
    ["vault/github/token", "provider.github.token", "copied"],
  ]);
  expect([await store.get("latchkey.openai.main"), await store.get("provider.github.token")]).toEqual([
    "canary-1",
    "canary-4",
  ]);
  expect(await items.list()).toHaveLength(5);
  await finishMigration(store, source, plan);
  expect((await items.list()).map(({ account }) => account)).toEqual(["unrelated", "a.b.c"]);
});

test("a key storage that cannot be reached stops the plan and is not taken for empty", async () => {
  const source = createKeychainSource({
    items: createSecretServiceItems({ env: {} }),
    rules: [{ service: "old-app", account: "<id>", key: "provider.<id>.token" }],
  });
  const { store } = await openStore();
  expect(await codeOf(planMigration(store, source, { appId }))).toBe("secrets.unavailable");
});

test("values sealed by Electron are opened with the cipher passed in; one that does not open stops no other", async () => {
  const key = randomBytes(16);
  const seal = (text: string) => {
    const cipher = createCipheriv("aes-128-cbc", key, Buffer.alloc(16, " "));
    return Buffer.concat([Buffer.from("v10"), cipher.update(text), cipher.final()]).toString("base64");
  };
  const decrypt = (sealed: Uint8Array) => {
    const cipher = createDecipheriv("aes-128-cbc", key, Buffer.alloc(16, " "));
    return Buffer.concat([cipher.update(sealed.slice(3)), cipher.final()]).toString();
  };
  const document = {
    theme: "dark",
    keys: { openai: seal("canary-1"), broken: "djEwAAAA", mine: { main: seal("canary-é") } },
  };
  const removed: string[] = [];
  const source = createSafeStorageSource({
    decrypt,
    blobs: async () =>
      blobsOfJson(document, [
        { path: "keys.<provider>.<config>", key: "latchkey.<provider>.<config>" },
        { path: "keys.<provider>", key: "provider.<provider>.api-key" },
      ]),
    remove: async (items) => void removed.push(...items.map(({ name }) => name)),
  });
  const { store } = await openStore();
  const plan = await planMigration(store, source, { appId });
  const done = await runMigration(store, source, plan);
  await finishMigration(store, source, plan);
  expect([done, removed, await store.get("latchkey.mine.main")]).toEqual([
    [
      { name: "keys.openai", key: "provider.openai.api-key", outcome: "copied" },
      {
        name: "keys.broken",
        key: "provider.broken.api-key",
        outcome: "failed",
        code: "secrets.undecryptable",
      },
      { name: "keys.mine.main", key: "latchkey.mine.main", outcome: "copied" },
    ],
    ["keys.openai", "keys.mine.main"],
    "canary-é",
  ]);
});

test("the former text of each step is kept beside the file", async () => {
  const { path, source } = await dotenvFile("A_TOKEN=canary-a\n");
  const { store } = await openStore();
  const step = async () => {
    const plan = await planMigration(store, source, { appId });
    await runMigration(store, source, plan);
    await finishMigration(store, source, plan);
  };
  await step();
  await writeFile(path, "B_TOKEN=canary-b\r\nX: y\r\n");
  await step();
  expect((await readdir(join(path, ".."))).toSorted()).toEqual([
    ".env",
    ".env.before-latchkey",
    ".env.before-latchkey-2",
  ]);
});

import fs, { readFile, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { startTestSession } from "@latchkey/test-session";
import { expect, onTestFinished, test } from "vitest";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { createKeychainBackend } from "../src/keychain/keychain-backend.ts";
import { createMemoryBackend } from "../src/memory-backend.ts";
import { recoverIndex } from "../src/recovery/recover-index.ts";
import { createSafeStorageBackend } from "../src/safe-storage/safe-storage-backend.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";

const appId = "latchkey";
const locked = new AppError("secrets.locked");

/** Seals nothing; it stands for the host's cipher. */
const cipher = {
  encrypt: (text: string) => Buffer.from(text).toReversed(),
  decrypt: (sealed: Uint8Array) => Buffer.from(sealed.toReversed()).toString(),
  describe: () => ({ isAvailable: true, name: "keychain" }),
};

async function damage(folder: string) {
  for (const name of ["secrets-index.json", "secrets-index.json.previous"]) {
    await writeFile(join(folder, name), "{ not an index");
  }
}

test("from the keychain's entries, when index and copy are damaged, and the damaged files stay", async () => {
  const session = await startTestSession({ keyring: "unlocked" });
  onTestFinished(() => session.stop());
  const folder = await makeFolder();
  const backends = () => [createKeychainBackend({ service: "latchkey", env: () => session.env })];
  const { store } = await openStore({ folder, backends: backends() });
  await store.set("provider.a.token", "canary-1");
  await store.set("provider.a.token", "canary-2");
  await store.set("install.db", "canary-3", { envName: "DB" });
  await store[Symbol.asyncDispose]();
  await damage(folder);
  expect(await codeOf(openStore({ folder, backends: backends() }))).toBe("files.corrupt");
  const found = await recoverIndex({
    folder,
    appId,
    backends: backends(),
    envNames: { "install.db": "DB" },
  });
  expect(found).toEqual({ state: "rebuilt", recovered: ["install.db", "provider.a.token"], left: [] });
  const { store: again } = await openStore({ folder, backends: backends() });
  expect([
    (await again.snapshot()).toEnv(),
    await readFile(join(folder, "secrets-index.json.damaged"), "utf8"),
  ]).toEqual([{ DB: "canary-3", PROVIDER_A_TOKEN: "canary-2" }, "{ not an index"]);
});

test("from files, each with its own key and variable", async () => {
  const folder = await makeFolder();
  const backends = [createEnvFileBackend({ folder })];
  const { store } = await openStore({ folder, backends });
  await store.set("provider.a.token", "canary-1");
  await store.set("install.db", "canary-2", { envName: "DB" });
  await store[Symbol.asyncDispose]();
  await damage(folder);
  await recoverIndex({ folder, appId, backends });
  const { store: again } = await openStore({ folder, backends });
  expect((await again.snapshot()).toEnv()).toEqual({ DB: "canary-2", PROVIDER_A_TOKEN: "canary-1" });
});

test("from a sealed secrets.env, when its passphrase is given; without it nothing is done", async () => {
  const folder = await makeFolder();
  const sealed = (phrase?: string) => [createEnvFileBackend({ folder, passphrase: () => phrase })];
  const { store } = await openStore({ folder, backends: sealed("canary-phrase") });
  await store.set("provider.a.token", "canary-1");
  await store.set("install.db", "canary-2", { envName: "DB" });
  await store[Symbol.asyncDispose]();
  await damage(folder);
  const refused: unknown[] = [];
  for (const backends of [sealed(), sealed("canary-other"), [createEnvFileBackend({ folder })]]) {
    refused.push(await codeOf(recoverIndex({ folder, appId, backends })));
  }
  const untouched = await readFile(join(folder, "secrets-index.json"), "utf8");
  await recoverIndex({ folder, appId, backends: sealed("canary-phrase") });
  const { store: again } = await openStore({ folder, backends: sealed("canary-phrase") });
  expect([refused, untouched, (await again.snapshot()).toEnv()]).toEqual([
    ["secrets.locked", "secrets.locked", "secrets.locked"],
    "{ not an index",
    { DB: "canary-2", PROVIDER_A_TOKEN: "canary-1" },
  ]);
});

test("from sealed files, one an entry", async () => {
  const folder = await makeFolder();
  const backends = () => [createSafeStorageBackend({ folder, cipher })];
  const { store } = await openStore({ folder, backends: backends() });
  await store.set("provider.a.token", "canary-1");
  await store[Symbol.asyncDispose]();
  await damage(folder);
  await recoverIndex({ folder, appId, backends: backends() });
  const { store: again } = await openStore({ folder, backends: backends() });
  expect(await again.get("provider.a.token")).toBe("canary-1");
});

test("of several versions of a key none is guessed, and a nameless one is left, both by name", async () => {
  const folder = await makeFolder();
  await damage(folder);
  const backend = createMemoryBackend();
  for (const address of [
    "provider.a.token@aaaaaaaaaaaa",
    "provider.a.token@bbbbbbbbbbbb",
    "install.db@cccccccccccc",
    "provider.b.token@dddddddddddd",
    "provider.b.token@dddddddddddd.1",
  ]) {
    backend.entries.set(address, "canary");
  }
  expect(await recoverIndex({ folder, appId, backends: [backend] })).toEqual({
    state: "rebuilt",
    recovered: ["provider.b.token"],
    left: [
      { key: "install.db", code: "secrets.invalid-key" },
      { key: "provider.a.token", code: "several-versions" },
    ],
  });
});

test("a sound index, or one with a sound copy, is left alone, and so is any when a place cannot be reached", async () => {
  const { store, folder } = await openStore();
  await store.set("provider.a.token", "canary-1");
  await store.set("provider.b.token", "canary-2");
  await store[Symbol.asyncDispose]();
  const backends = [createMemoryBackend({ failWith: () => locked })];
  const sound = await recoverIndex({ folder, appId, backends });
  await writeFile(join(folder, "secrets-index.json"), "{ not an index");
  const withCopy = await recoverIndex({ folder, appId, backends });
  await damage(folder);
  expect([sound, withCopy, await codeOf(recoverIndex({ folder, appId, backends }))]).toEqual([
    { state: "sound" },
    { state: "sound" },
    "secrets.locked",
  ]);
  expect(await readFile(join(folder, "secrets-index.json"), "utf8")).toBe("{ not an index");
});

/** Lets every rename from the nth on fail, as after a kill. */
function failRenamesFrom(n: number): { undo: () => void } {
  const { rename } = fs;
  let count = 0;
  Object.assign(fs, {
    async rename(...args: Parameters<typeof rename>) {
      count += 1;
      if (count >= n) throw Object.assign(new Error("killed"), { code: "EIO" });
      return rename(...args);
    },
  });
  syncBuiltinESMExports();
  const undo = () => {
    Object.assign(fs, { rename });
    syncBuiltinESMExports();
  };
  onTestFinished(undo);
  return { undo };
}

test.each([1, 2, 3])(
  "one that is killed at its rename %i leaves no empty index, and is done again",
  async (n) => {
    const { store, folder } = await openStore();
    await store.set("provider.a.token", "canary-1");
    await store[Symbol.asyncDispose]();
    await damage(folder);
    const backend = createMemoryBackend();
    const entry = { key: "provider.a.token", version: "abcdefghijkl" };
    backend.entries.set(`${entry.key}@${entry.version}`, "canary-1");
    const { undo } = failRenamesFrom(n);
    await recoverIndex({ folder, appId, backends: [backend] }).catch(() => undefined);
    undo();
    expect(await codeOf(openStore({ folder, backends: [backend] }))).toBe("files.corrupt");
    await recoverIndex({ folder, appId, backends: [backend] });
    const { store: again } = await openStore({ folder, backends: [backend] });
    expect((await again.snapshot()).toEnv()).toEqual({ PROVIDER_A_TOKEN: "canary-1" });
  },
);

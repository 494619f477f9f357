import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import type { StorageReason } from "@latchkey/api-contracts/secrets";
import { expect, test } from "vitest";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { createMemoryBackend } from "../src/memory-backend.ts";
import { createSafeStorageBackend } from "../src/safe-storage/safe-storage-backend.ts";
import type { SecretStoreOptions } from "../src/store-options.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";
import { createTestCipher } from "./test-cipher.ts";

const key = "provider.openai.api-key";

/** A keychain that can go and come back, above a file. */
async function keychainOverFile(options: Partial<SecretStoreOptions> = {}) {
  const folder = await makeFolder();
  let reason: StorageReason | undefined;
  const keychain = createMemoryBackend({
    name: "keychain",
    failWith: () => reason && new AppError("secrets.unavailable", { storageBackend: "keychain", reason }),
  });
  const backends = [keychain, createEnvFileBackend({ folder })];
  return {
    keychain,
    folder,
    text: () => readFile(join(folder, "secrets.env"), "utf8"),
    goAway: (why: StorageReason = "no-session-bus") => void (reason = why),
    comeBack: () => void (reason = undefined),
    open: () => openStore({ folder, backends, ...options }),
  };
}

test("a keychain that returned is offered the secrets of the file, and takes them over read back", async () => {
  const { keychain, goAway, comeBack, open, text } = await keychainOverFile();
  goAway();
  const { store } = await open();
  const { secret } = await store.set("install.db", "canary-1", {
    envName: "DATABASE_URL",
    source: "generated",
  });
  comeBack();
  await store.recheck();
  expect([await store.weaker(), await store.takeOver()]).toEqual([
    ["install.db"],
    { moved: ["install.db"], stayed: [] },
  ]);
  expect([
    await store.weaker(),
    await store.list(),
    (await text()).includes("canary-1"),
    keychain.entries.size,
  ]).toEqual([
    [],
    [{ ...secret, storageBackend: "keychain", protection: "os-user", updatedAt: expect.any(String) }],
    false,
    1,
  ]);
});

test("a stronger place that does not give a value back as written takes nothing over", async () => {
  const { keychain, folder, goAway, comeBack, open, text } = await keychainOverFile();
  goAway();
  const { store: first } = await open();
  await first.set(key, "canary-1");
  comeBack();
  const torn = {
    ...keychain,
    write: (ref: Parameters<typeof keychain.write>[0], value: string) => keychain.write(ref, value.slice(1)),
  };
  const { store } = await openStore({ folder, backends: [torn, createEnvFileBackend({ folder })] });
  expect([await codeOf(store.takeOver()), await store.get(key), (await text()).includes("canary-1")]).toEqual(
    ["secrets.not-written", "canary-1", true],
  );
});

test("an old copy left in another place never comes into force again", async () => {
  const { keychain, goAway, comeBack, open } = await keychainOverFile();
  const { store } = await open();
  await store.set(key, "canary-old");
  const shadow = new Map(keychain.entries);
  goAway("no-secret-service");
  await store.delete(key, { abandon: true });
  await store.recheck();
  await store.set(key, "canary-new");
  comeBack();
  for (const [address, value] of shadow) keychain.entries.set(address, value);
  const { store: later } = await open();
  expect([await later.get(key), keychain.entries.size]).toEqual(["canary-new", 0]);
});

test("what a keychain that is gone keeps can be abandoned, by an explicit act alone, and then be replaced", async () => {
  const { goAway, open } = await keychainOverFile();
  await (await open()).store.set(key, "canary-1");
  goAway("no-secret-service");
  const { store } = await open();
  expect([await codeOf(store.delete(key)), await codeOf(store.set(key, "canary-2"))]).toEqual([
    "secrets.unavailable",
    "secrets.unavailable",
  ]);
  await store.delete(key, { abandon: true });
  await store.set(key, "canary-2");
  expect((await store.list()).map(({ storageBackend, state }) => [storageBackend, state])).toEqual([
    ["env-file", "present"],
  ]);
});

test("a value that demands protection is refused by a place with less, before anything is written", async () => {
  const { goAway, open, folder } = await keychainOverFile();
  goAway();
  const { store } = await open();
  const attempt = (minimumProtection: "os-user" | "passphrase" | "none") =>
    codeOf(store.set(key, "canary-1", { minimumProtection }));
  expect([
    await attempt("os-user"),
    await attempt("passphrase"),
    await store.keys(),
    await attempt("none"),
  ]).toEqual(["secrets.weak-protection", "secrets.weak-protection", [], "done"]);
  const sealed = await openStore({
    backends: [createEnvFileBackend({ folder: join(folder, "x"), passphrase: () => "canary" })],
  });
  expect([
    await codeOf(sealed.store.set(key, "canary-1", { minimumProtection: "os-user" })),
    await codeOf(sealed.store.set(key, "canary-1", { minimumProtection: "passphrase" })),
  ]).toEqual(["secrets.weak-protection", "done"]);
});

test("with the policy sealed the next place is taken only when it seals", async () => {
  const { goAway, open } = await keychainOverFile({ fallback: "sealed" });
  goAway();
  const { store } = await open();
  expect([store.status(), await codeOf(store.set(key, "canary-1"))]).toEqual([
    { storageBackend: "keychain", protection: "os-user", reason: "no-session-bus", readable: false },
    "secrets.unavailable",
  ]);
  const folder = await makeFolder();
  const gone = new AppError("secrets.unavailable", { storageBackend: "keychain", reason: "no-session-bus" });
  const backends = [
    createMemoryBackend({ name: "keychain", failWith: () => gone }),
    createSafeStorageBackend({ folder, cipher: createTestCipher({ name: "basic_text" }) }),
    createEnvFileBackend({ folder, passphrase: () => "canary-phrase" }),
  ];
  expect((await openStore({ folder, backends, fallback: "sealed" })).store.status()).toEqual({
    storageBackend: "env-file",
    protection: "passphrase",
    reason: "no-session-bus",
    readable: true,
  });
});

test("a file that got a passphrase is sealed by taking over, and its secrets say so", async () => {
  const folder = await makeFolder();
  await (await openStore({ folder, backends: [createEnvFileBackend({ folder })] })).store.set(
    key,
    "canary-1",
  );
  const backends = [createEnvFileBackend({ folder, passphrase: () => "canary-phrase" })];
  const { store } = await openStore({ folder, backends });
  expect([await store.weaker(), await store.takeOver(), (await store.describe(key))?.protection]).toEqual([
    [key],
    { moved: [key], stayed: [] },
    "passphrase",
  ]);
  expect(await readFile(join(folder, "secrets.env"), "utf8")).not.toContain("canary-1");
});

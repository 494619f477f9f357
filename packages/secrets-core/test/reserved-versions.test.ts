import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { newVersion } from "../src/entry-version.ts";
import { openIndexFile } from "../src/index-file.ts";
import { createSafeStorageBackend } from "../src/safe-storage/safe-storage-backend.ts";
import type { EntryRef } from "../src/secret-backend.ts";
import { makeGate } from "./gate.ts";
import { makeFolder } from "./make-folder.ts";
import { openStore } from "./open-store.ts";
import { createTestCipher } from "./test-cipher.ts";

const [inForce, other] = ["provider.in-force.token", "provider.other.token"];

/** A store in a folder, on the storage backend that finds its entries by version. */
async function openFolder() {
  const folder = await makeFolder();
  const backend = () => createSafeStorageBackend({ folder, cipher: createTestCipher() });
  return { folder, backend, open: () => openStore({ folder, backends: [backend()] }) };
}

/** An entry as a change writes it before it is in force. */
function entryOf(key: string, version: string): EntryRef {
  return { key: SecretKey.parse(key), version, envName: EnvName.parse("PROVIDER_OTHER_TOKEN") };
}

async function reservedIn(folder: string): Promise<readonly string[]> {
  return (await openIndexFile(folder).read()).reserved ?? [];
}

test("what a change wrote before the power went, without a note of it in the index, goes at the next start", async () => {
  const { folder, backend, open } = await openFolder();
  const { store } = await open();
  await store.set(inForce, "canary-1");
  const [first = "", second = ""] = await reservedIn(folder);
  await backend().write(entryOf(inForce, first), "canary-2");
  await backend().write(entryOf(other, second), "canary-2");
  const { store: reopened } = await open();
  expect([(await reopened.snapshot()).toEnv(), (await backend().list()).entries.length]).toEqual([
    { PROVIDER_IN_FORCE_TOKEN: "canary-1" },
    1,
  ]);
});

test("what a killed change left is overwritten by a store that goes on, and its value never comes into force", async () => {
  const { folder, backend, open } = await openFolder();
  const { store } = await open();
  await store.set(inForce, "canary-1");
  const [first = ""] = await reservedIn(folder);
  await backend().write(entryOf(other, first), "canary-killed");
  await store.set(inForce, "canary-2");
  expect([(await store.snapshot()).toEnv(), (await backend().list()).entries.map(({ key }) => key)]).toEqual([
    { PROVIDER_IN_FORCE_TOKEN: "canary-2" },
    [inForce],
  ]);
});

test("an entry under a version that this index never reserved is left alone", async () => {
  const { backend, open } = await openFolder();
  const { store } = await open();
  await store.set(inForce, "canary-1");
  await backend().write(entryOf(other, newVersion()), "canary-stranger");
  const { store: reopened } = await open();
  expect((await reopened.strangers()).entries.map(({ key }) => key)).toEqual([other]);
});

test("an index from a backup does not take away the newer value that it knows nothing of", async () => {
  const { folder, open } = await openFolder();
  const { store } = await open();
  await store.set(inForce, "canary-1");
  const [index, kept] = [join(folder, "secrets-index.json"), join(await makeFolder(), "index")];
  await copyFile(index, kept);
  await store.set(inForce, "canary-2");
  await store[Symbol.asyncDispose]();
  await copyFile(kept, index);
  const { store: restored } = await open();
  await restored.set(other, "canary-3");
  expect((await restored.strangers()).entries.map(({ key }) => key)).toEqual([inForce]);
});

test("a store that is opened in the middle of another's change takes nothing away from it", async () => {
  const { folder, backend, open } = await openFolder();
  const { store: former } = await open();
  await former.set(inForce, "canary-1");
  const [atAudit, goOn] = [makeGate(), makeGate()];
  const onAudit = async ({ action }: { action: string }) => {
    if (action !== "secret.set") return;
    atAudit.open();
    await goOn.opened;
  };
  const { store } = await openStore({ folder, backends: [backend()], onAudit });
  const setting = store.set(inForce, "canary-2");
  await atAudit.opened;
  const opening = open();
  goOn.open();
  await setting;
  expect(await (await opening).store.get(inForce)).toBe("canary-2");
});

import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startTestSession } from "@latchkey/test-session";
import { expect, onTestFinished, test } from "vitest";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { createKeychainBackend } from "../src/keychain/keychain-backend.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";

const run = promisify(execFile);
const key = "provider.openai.api-key";

async function openInSession() {
  const session = await startTestSession({ keyring: "unlocked" });
  onTestFinished(() => session.stop());
  const folder = await makeFolder();
  const open = () =>
    openStore({
      folder,
      backends: [
        createKeychainBackend({ service: "latchkey", env: () => session.env }),
        createEnvFileBackend({ folder }),
      ],
    });
  const secretTool = async () => {
    const args = ["search", "--all", "service", "latchkey"];
    const { stdout, stderr } = await run("secret-tool", args, { env: session.env });
    return stdout + stderr;
  };
  return { session, folder, open, secretTool };
}

test("a secret lies in the Secret Service under a name that a person can read, one entry a key, and in no file", async () => {
  const { folder, open, secretTool } = await openInSession();
  const { store } = await open();
  await store.set(key, "canary-1");
  await store.set(key, "canary-2");
  const found = await secretTool();
  expect(found.match(/^label = .*|^secret = .*|^attribute\.username = [^#\n]*/gm)).toEqual([
    "label = Latchkey: provider.openai.api-key",
    "secret = canary-2",
    "attribute.username = provider.openai.api-key",
  ]);
  const files = await Promise.all(
    (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")),
  );
  expect(files.join()).not.toContain("canary-");
  await store.delete(key);
  expect(await secretTool()).not.toContain("canary-");
});

test("a keyring that is locked while the store is open keeps everything, and says so until it is unlocked", async () => {
  const { session, folder, open } = await openInSession();
  const { store } = await open();
  await store.set(key, "canary-1");
  await session.lock();
  const locked = await open();
  const seen = [
    locked.store.status(),
    (await locked.store.snapshot()).unreadable,
    (await store.snapshot()).unreadable,
    store.status().reason,
    await codeOf(store.set("provider.new.token", "canary-2")),
    await codeOf(store.delete(key)),
    (await readdir(folder)).includes("secrets.env"),
  ];
  await session.unlock();
  expect([...seen, (await store.recheck()).readable, await store.get(key), await store.keys()]).toEqual([
    { storageBackend: "keychain", protection: "os-user", reason: "locked", readable: false },
    [key],
    [key],
    "locked",
    "secrets.locked",
    "secrets.locked",
    false,
    true,
    "canary-1",
    [key],
  ]);
});

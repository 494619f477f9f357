import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
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
  // The former entry goes, and the copy of the index is written, beside the changes.
  await store[Symbol.asyncDispose]();
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
  await (await open()).store.delete(key);
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

/** Runs in a session with two secrets whose places the index knows. */
async function withTwoPlaced() {
  const opened = await openInSession();
  const { store } = await opened.open();
  await store.set("provider.a.token", "canary-a");
  await store.set("provider.b.token", "canary-b");
  await store[Symbol.asyncDispose]();
  const path = join(opened.folder, "secrets-index.json");
  const values = async () => {
    const { store } = await opened.open();
    return (await store.snapshot()).toEnv();
  };
  return { ...opened, path, values };
}

const bothValues = { PROVIDER_A_TOKEN: "canary-a", PROVIDER_B_TOKEN: "canary-b" };

test("the index knows where each entry lies, and proves it without a word about the value", async () => {
  const { path, values } = await withTwoPlaced();
  const text = await readFile(path, "utf8");
  const proofs = [...text.matchAll(/"proof":"([^"]+)"/g)].map(([, proof]) => proof);
  const digests = ["canary-a", "canary-b"].map((value) =>
    createHash("sha256").update(value).digest("base64url").slice(0, 22),
  );
  expect([new Set(proofs).size, digests.some((digest) => text.includes(digest)), await values()]).toEqual([
    2,
    false,
    bothValues,
  ]);
});

test.each([
  ["the places of two entries are exchanged", swapPlaces],
  ["the places lead nowhere", async (path: string) => replaceIn(path, /\/login\/\d+/g, "/login/9999")],
  ["the proofs are of another key", async (path: string) => replaceIn(path, /"proof":"./g, '"proof":"_')],
])("when %s, every value is still its own", async (_, harm) => {
  const { path, values } = await withTwoPlaced();
  await harm(path);
  expect(await values()).toEqual(bothValues);
});

test("when the key of the proofs was deleted, every value is read, and new places are proven with a new key", async () => {
  const { session, open, values } = await withTwoPlaced();
  await run("secret-tool", ["clear", "service", "latchkey-index"], { env: session.env });
  const before = await values();
  const { store } = await open();
  await store.set("provider.a.token", "canary-new");
  expect([before, await values()]).toEqual([bothValues, { ...bothValues, PROVIDER_A_TOKEN: "canary-new" }]);
});

async function replaceIn(path: string, pattern: RegExp, text: string): Promise<void> {
  const before = await readFile(path, "utf8");
  const after = before.replaceAll(pattern, text);
  expect(after).not.toBe(before);
  await writeFile(path, after);
}

async function swapPlaces(path: string): Promise<void> {
  const [first, second] = [...new Set((await readFile(path, "utf8")).match(/\/login\/\d+/g))];
  await replaceIn(path, /\/login\/\d+/g, "/login/x");
  const text = await readFile(path, "utf8");
  const [, last] = [...text.matchAll(/provider\.b\.token/g)];
  expect([first, second, last]).not.toContain(undefined);
  const swapped = text
    .split("\n")
    .map((line) => line.replaceAll("/login/x", line.includes("provider.a.token") ? `${second}` : `${first}`));
  await writeFile(path, swapped.join("\n"));
}

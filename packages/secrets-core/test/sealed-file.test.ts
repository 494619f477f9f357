import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "dotenv";
import { expect, test } from "vitest";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";

const key = "provider.openai.api-key";

/** Opens the store of a folder with a passphrase, with another one, or without any. */
async function sealedFolder() {
  const folder = await makeFolder();
  const file = join(folder, "secrets.env");
  const open = async (passphrase?: string | (() => string | undefined)) => {
    const ask = typeof passphrase === "string" ? () => passphrase : passphrase;
    const backends = [createEnvFileBackend(ask ? { folder, passphrase: ask } : { folder })];
    return (await openStore({ folder, backends })).store;
  };
  return { open, text: () => readFile(file, "utf8"), file };
}

test("a sealed file shows neither names nor values, is empty to a dotenv reader, and opens with the passphrase", async () => {
  const { open, text } = await sealedFolder();
  const store = await open("canary-phrase");
  await store.set(key, "canary-1");
  expect([store.status().protection, parse(await text()), (await text()).includes("OPENAI")]).toEqual([
    "passphrase",
    {},
    false,
  ]);
  expect(await (await open("canary-phrase")).get(key)).toBe("canary-1");
});

test.each([
  ["a wrong passphrase", () => "canary-other", "wrong-passphrase"],
  ["no passphrase to give", () => undefined, "no-passphrase"],
  ["a store that knows of none", undefined, "no-passphrase"],
])(
  "with %s the secrets are locked, nothing is changed, and the right one still opens",
  async (_, ask, reason) => {
    const { open, text } = await sealedFolder();
    await (await open("canary-phrase")).set(key, "canary-1");
    const before = await text();
    const store = await open(ask);
    expect([
      store.status().reason,
      await codeOf(store.get(key)),
      await codeOf(store.set(key, "canary-2")),
      await codeOf(store.delete(key)),
      (await store.describe(key))?.state,
      await text(),
    ]).toEqual([reason, "secrets.locked", "secrets.locked", "secrets.locked", "unreadable", before]);
    expect(await (await open("canary-phrase")).get(key)).toBe("canary-1");
  },
);

test("a damaged sealed file is an error, not an empty one", async () => {
  const { open, text, file } = await sealedFolder();
  await (await open("canary-phrase")).set(key, "canary-1");
  const [title, header, sealed = ""] = (await text()).split("\n");
  const changed = sealed.slice(0, 60) + (sealed[60] === "A" ? "B" : "A") + sealed.slice(61);
  await writeFile(file, `${title}\n${header}\n${changed}\n`);
  expect(await codeOf((await open("canary-phrase")).get(key))).toBe("files.corrupt");
});

test("a plain file is sealed whole with its next change", async () => {
  const { open, text } = await sealedFolder();
  await (await open()).set(key, "canary-1");
  const store = await open("canary-phrase");
  expect(await store.get(key)).toBe("canary-1");
  await store.set("provider.other.token", "canary-2");
  expect([(await text()).includes("canary-1"), await store.get(key)]).toEqual([false, "canary-1"]);
});

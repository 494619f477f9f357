import { cp, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { newVersion } from "../src/entry-version.ts";
import { createSafeStorageBackend } from "../src/safe-storage/safe-storage-backend.ts";
import type { EntryRef, Reading } from "../src/secret-backend.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf } from "./open-store.ts";
import { createTestCipher } from "./test-cipher.ts";

const entry = (): EntryRef => ({
  key: SecretKey.parse("provider.openai.api-key"),
  version: newVersion(),
  envName: EnvName.parse("PROVIDER_OPENAI_API_KEY"),
});
const codeIn = ([reading]: readonly Reading[]) =>
  reading?.state === "unreadable" ? reading.error.code : reading?.state;

async function openBackend() {
  const folder = await makeFolder();
  const place = join(folder, "safe-storage");
  const open = (cipher = createTestCipher()) => createSafeStorageBackend({ folder, cipher });
  return { place, open, fileOf: ({ version }: EntryRef) => join(place, `${version}.json`) };
}

test("a cipher with a known key is refused, and nothing is written", async () => {
  const { place, open } = await openBackend();
  const backend = open(createTestCipher({ name: "basic_text" }));
  expect([
    await backend.probe(),
    await codeOf(backend.write(entry(), "canary-1")),
    await codeOf(readdir(place)),
  ]).toEqual(["weak-cipher", "secrets.unavailable", "ENOENT"]);
});

test("each value has one file, in which neither it nor its sealed form under the host's cipher is found", async () => {
  const { place, open, fileOf } = await openBackend();
  const [backend, first, second] = [open(), entry(), entry()];
  await backend.write(first, "canary-1");
  await backend.write(second, "canary-1");
  const [one, two] = [await readFile(fileOf(first), "utf8"), await readFile(fileOf(second), "utf8")];
  expect((await readdir(place)).toSorted()).toEqual(
    ["data-key.json", `${first.version}.json`, `${second.version}.json`].toSorted(),
  );
  expect([one.includes("canary-1"), JSON.parse(one).sealed === JSON.parse(two).sealed]).toEqual([
    false,
    false,
  ]);
});

test("the file of another version put in its place does not open", async () => {
  const { open, fileOf } = await openBackend();
  const [backend, former, next] = [open(), entry(), entry()];
  await backend.write(former, "canary-former");
  await backend.write(next, "canary-next");
  await rename(fileOf(former), fileOf(next));
  expect(codeIn(await backend.read([next]))).toBe("secrets.undecryptable");
});

test("a changed byte anywhere in the sealed text does not open", async () => {
  const { open, fileOf } = await openBackend();
  const [backend, ref] = [open(), entry()];
  await backend.write(ref, "canary");
  const document = JSON.parse(await readFile(fileOf(ref), "utf8"));
  const bytes = Buffer.from(document.sealed, "base64");
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await writeFile(fileOf(ref), JSON.stringify({ ...document, sealed: changed.toString("base64") }));
    expect([at, codeIn(await backend.read([ref]))]).toEqual([at, "secrets.undecryptable"]);
  }
});

test("on a machine whose cipher has another key the values are unreadable, not absent, and stay", async () => {
  const { place, open } = await openBackend();
  const [backend, ref] = [open(), entry()];
  await backend.write(ref, "canary-1");
  const other = open(createTestCipher({ secret: "canary-other-host" }));
  expect([codeIn(await other.read([ref])), await other.probe(), (await readdir(place)).length]).toEqual([
    "secrets.unavailable",
    "probe-failed",
    2,
  ]);
  expect(await open().read([ref])).toEqual([{ state: "present", value: "canary-1" }]);
});

test("two processes that write first agree on one data key", async () => {
  const { open } = await openBackend();
  const [one, two, refs] = [open(), open(), [entry(), entry()] as const];
  await Promise.all([one.write(refs[0], "canary-1"), two.write(refs[1], "canary-2")]);
  expect(await open().read(refs)).toEqual([
    { state: "present", value: "canary-1" },
    { state: "present", value: "canary-2" },
  ]);
});

test("a copy of the folder opens with the same cipher", async () => {
  const { place, open } = await openBackend();
  const [backend, ref, folder] = [open(), entry(), await makeFolder()];
  await backend.write(ref, "canary-1");
  await cp(place, join(folder, "safe-storage"), { recursive: true });
  const copy = createSafeStorageBackend({ folder, cipher: createTestCipher() });
  expect(await copy.read([ref])).toEqual([{ state: "present", value: "canary-1" }]);
});

import { existsSync } from "node:fs";
import { appendFile, cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { newVersion } from "../src/entry-version.ts";
import { withStoreLock } from "../src/files/store-lock.ts";
import { createSafeStorageBackend } from "../src/safe-storage/safe-storage-backend.ts";
import type { EntryRef, Reading } from "../src/secret-backend.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";
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
  return { folder, place, open, file: join(place, "entries.jsonl") };
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

test("each value has one line, in which neither it nor its sealed form under the host's cipher is found", async () => {
  const { place, open, file } = await openBackend();
  const [backend, first, second] = [open(), entry(), entry()];
  await backend.write(first, "canary-1");
  await backend.write(second, "canary-1");
  const text = await readFile(file, "utf8");
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect([(await readdir(place)).toSorted(), lines.map((line) => line.entry)]).toEqual([
    ["data-key.json", "entries.jsonl"],
    [first.version, second.version],
  ]);
  expect([text.includes("canary-1"), lines[0].sealed === lines[1].sealed]).toEqual([false, false]);
});

test("a removed value's sealed form leaves the file, and the file shrinks once it is mostly empty", async () => {
  const { open, file } = await openBackend();
  const [backend, refs] = [open(), Array.from({ length: 4 }, entry)];
  for (const ref of refs) await backend.write(ref, `canary-${"x".repeat(40_000)}`);
  const sealed = (await readFile(file, "utf8")).split("\n").map((line) => line.slice(-100));
  const sizes: number[] = [];
  for (const ref of refs.slice(1)) {
    await backend.remove(ref);
    sizes.push(Buffer.byteLength(await readFile(file)));
  }
  const left = await readFile(file, "utf8");
  expect(sealed.map((end) => end !== "" && left.includes(end))).toEqual([true, false, false, false, false]);
  expect([sizes[0] === sizes[1], (sizes[2] ?? 0) * 2 < (sizes[0] ?? 0)]).toEqual([true, true]);
  expect((await open().read(refs)).map(({ state }) => state)).toEqual([
    "present",
    "absent",
    "absent",
    "absent",
  ]);
});

test("a file that shrinks keeps what another process has added since it was seen", async () => {
  const { open } = await openBackend();
  const [one, other, refs, added] = [open(), open(), Array.from({ length: 4 }, entry), entry()];
  for (const ref of refs) await one.write(ref, `canary-${"x".repeat(40_000)}`);
  const [last, ...others] = refs;
  for (const ref of others.slice(1)) await one.remove(ref);
  await other.write(added, "canary-added");
  if (others[0]) await one.remove(others[0]);
  const found = await open().read([...(last ? [last] : []), added]);
  expect(found.map(({ state }) => state)).toEqual(["present", "present"]);
});

test("a removal finds what another process has added since the file was seen", async () => {
  const { open, file } = await openBackend();
  const [one, other, first, added] = [open(), open(), entry(), entry()];
  await one.write(first, "canary-1");
  await one.read([first]);
  await other.write(added, "canary-added");
  await one.remove(added);
  expect((await readFile(file, "utf8")).includes(added.version)).toBe(false);
});

test("half a line that a power cut left is not an entry, and the next one takes its place", async () => {
  const { open, file } = await openBackend();
  const [first, torn, next] = [entry(), entry(), entry()];
  await open().write(first, "canary-1");
  await appendFile(file, `{"version":1,"entry":"${torn.version}","key":"provi`);
  const backend = open();
  const before = await backend.read([first, torn]);
  await backend.write(next, "canary-2");
  expect(
    [before, await open().read([first, torn, next])].map((all) => all.map(({ state }) => state)),
  ).toEqual([
    ["present", "absent"],
    ["present", "absent", "present"],
  ]);
});

test("the sealed text of another version put in its place does not open", async () => {
  const { open, file } = await openBackend();
  const [backend, former, next] = [open(), entry(), entry()];
  await backend.write(former, "canary-former");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace(former.version, next.version));
  expect(codeIn(await backend.read([next]))).toBe("secrets.undecryptable");
});

test("a changed byte anywhere in the sealed text does not open", async () => {
  const { open, file } = await openBackend();
  const [backend, ref] = [open(), entry()];
  await backend.write(ref, "canary");
  const document = JSON.parse(await readFile(file, "utf8"));
  const bytes = Buffer.from(document.sealed, "base64");
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await writeFile(file, `${JSON.stringify({ ...document, sealed: changed.toString("base64") })}\n`);
    expect([at, codeIn(await open().read([ref]))]).toEqual([at, "secrets.undecryptable"]);
  }
});

const fail = () => {
  throw new Error("canary-of-the-host");
};

test("a cipher that does not work is told from a lost key: nothing is read, written or set aside", async () => {
  const { place, open } = await openBackend();
  const [backend, ref] = [open(), entry()];
  await backend.write(ref, "canary-1");
  const broken = open({ ...createTestCipher(), encrypt: fail, decrypt: fail });
  expect([
    codeIn(await broken.read([ref])),
    await broken.probe(),
    await codeOf(broken.write(entry(), "canary-2")),
    (await readdir(place)).length,
  ]).toEqual(["secrets.unavailable", "probe-failed", "secrets.unavailable", 2]);
});

test("when the system's key was replaced, old values are unreadable and stay, new ones are taken, and all open when it returns", async () => {
  const { place, open } = await openBackend();
  const [backend, old, ref] = [open(), entry(), entry()];
  await backend.write(old, "canary-old");
  const before = await readFile(join(place, "data-key.json"), "utf8");
  const other = open(createTestCipher({ secret: "canary-other-host" }));
  const lost = [codeIn(await other.read([old])), await other.probe(), (await readdir(place)).length];
  await other.write(ref, "canary-new");
  const names = (await readdir(place)).filter((name) => /^data-key\.\d+\.json$/.test(name));
  const former = await readFile(join(place, names[0] ?? ""), "utf8");
  const after = await other.read([old, ref]);
  expect([lost, former === before, after.map((reading) => codeIn([reading]))]).toEqual([
    ["secrets.undecryptable", "working", 2],
    true,
    ["secrets.undecryptable", "present"],
  ]);
  expect((await open().read([old])).map((reading) => codeIn([reading]))).toEqual(["present"]);
  expect((await other.list()).entries.length).toBe(2);
});

test("a person replaces or abandons what the lost key sealed, and the store goes on", async () => {
  const folder = await makeFolder();
  const openWith = (secret: string) =>
    openStore({
      folder,
      backends: [createSafeStorageBackend({ folder, cipher: createTestCipher({ secret }) })],
    });
  const { store: before } = await openWith("canary-host");
  for (const key of ["provider.a.token", "provider.b.token", "provider.c.token"])
    await before.set(key, "canary-old");

  const { store } = await openWith("canary-new-host");
  const states = (await store.list()).map(({ state }) => state);
  await store.set("provider.a.token", "canary-replaced");
  await store.delete("provider.b.token");
  await store.set("provider.d.token", "canary-added");
  const { names, unreadable } = await store.snapshot();
  expect([states, store.status().readable, names, unreadable]).toEqual([
    ["unreadable", "unreadable", "unreadable"],
    true,
    ["PROVIDER_A_TOKEN", "PROVIDER_D_TOKEN"],
    ["provider.c.token"],
  ]);
  expect(await codeOf(store.get("provider.c.token"))).toBe("secrets.undecryptable");
  const { store: returned } = await openWith("canary-host");
  expect(await returned.get("provider.c.token")).toBe("canary-old");
});

test("several writes at once into an empty folder share one data key", async () => {
  const { place, open } = await openBackend();
  const cipher = createTestCipher();
  let calls = 0;
  // Whoever asked for a key as well is held up until the first has made one.
  const encrypt = async (text: string) => {
    calls += 1;
    const turns = calls > 1 && calls <= 8 ? 500 : 0;
    for (let turn = 0; turn < turns && !existsSync(join(place, "data-key.json")); turn++)
      await new Promise((resolve) => setImmediate(resolve));
    return cipher.encrypt(text);
  };
  const [backend, refs] = [open({ ...cipher, encrypt }), Array.from({ length: 8 }, entry)];
  await Promise.all(refs.map((ref) => backend.write(ref, "canary-1")));
  expect([(await readdir(place)).toSorted(), (await open().read(refs)).map(({ state }) => state)]).toEqual([
    ["data-key.json", "entries.jsonl"],
    refs.map(() => "present"),
  ]);
});

test("two processes that write first agree on one data key", async () => {
  const { folder, open } = await openBackend();
  const [one, two, refs] = [open(), open(), [entry(), entry()] as const];
  await Promise.all([
    withStoreLock(folder, () => one.write(refs[0], "canary-1")),
    withStoreLock(folder, () => two.write(refs[1], "canary-2")),
  ]);
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

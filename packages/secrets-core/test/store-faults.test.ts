import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { expect, test } from "vitest";
import { openIndexFile } from "../src/index-file.ts";
import { createMemoryBackend, type MemoryBackend, type MemoryCall } from "../src/memory-backend.ts";
import { makeGate } from "./gate.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";

const key = "provider.openai.api-key";
const lost = new AppError("secrets.unavailable", { storageBackend: "memory", reason: "not-answering" });

/** A memory backend that fails in the named calls while the switch is on. */
function failing(...calls: MemoryCall[]) {
  const control = { isOn: false };
  const backend = createMemoryBackend({
    failWith: (call) => (control.isOn && calls.includes(call) ? lost : undefined),
  });
  return { backend, control };
}

test.each([
  ["write", ["write"]],
  ["write and every clean-up", ["write", "remove"]],
  ["read-back", ["read"]],
] as [string, MemoryCall[]][])(
  "when the %s fails, the former value stays in force, then and after a restart",
  async (_, calls) => {
    const folder = await makeFolder();
    const { backend, control } = failing(...calls);
    const { store, audited } = await openStore({ folder, backends: [backend] });
    await store.set(key, "canary-1");
    control.isOn = true;
    expect(await codeOf(store.set(key, "canary-2"))).toBe("secrets.unavailable");
    control.isOn = false;
    expect(audited.at(-1)).toMatchObject({
      action: "secret.set",
      outcome: "failed",
      code: "secrets.unavailable",
    });
    expect(await store.get(key)).toBe("canary-1");
    const reopened = await openStore({ folder, backends: [backend] });
    expect([await reopened.store.get(key), [...backend.entries.values()]]).toEqual([
      "canary-1",
      ["canary-1"],
    ]);
  },
);

test("a value that does not read back as it was written is refused", async () => {
  const backend = createMemoryBackend();
  const torn: MemoryBackend = { ...backend, write: (entry, value) => backend.write(entry, value.slice(1)) };
  const { store } = await openStore({ backends: [torn] });
  expect([await codeOf(store.set(key, "canary-1")), await store.keys(), backend.entries.size]).toEqual([
    "secrets.not-written",
    [],
    0,
  ]);
});

test("a removed secret is gone for every reader, and an entry that stayed goes at the next start", async () => {
  const folder = await makeFolder();
  const { backend, control } = failing("remove");
  const { store } = await openStore({ folder, backends: [backend] });
  await store.set(key, "canary-1");
  control.isOn = true;
  await store.delete(key);
  expect([await store.get(key), await store.keys(), backend.entries.size]).toEqual([undefined, [], 1]);
  control.isOn = false;
  await openStore({ folder, backends: [backend] });
  expect(backend.entries.size).toBe(0);
});

test("a former entry that could not be removed goes at the next start", async () => {
  const folder = await makeFolder();
  const { backend, control } = failing("remove");
  const { store } = await openStore({ folder, backends: [backend] });
  await store.set(key, "canary-1");
  control.isOn = true;
  expect((await store.set(key, "canary-2")).change).toBe("replaced");
  expect(backend.entries.size).toBe(2);
  control.isOn = false;
  const reopened = await openStore({ folder, backends: [backend] });
  expect([await reopened.store.get(key), [...backend.entries.values()]]).toEqual(["canary-2", ["canary-2"]]);
});

/** A memory backend whose removals reach the disk only when they are told to. */
function removingLate() {
  const backend = createMemoryBackend();
  const disk = makeGate();
  const late: MemoryBackend = {
    ...backend,
    remove: async (entry) => (await backend.remove(entry), { settled: disk.opened }),
  };
  return { backend: late, disk };
}

test("a replaced value is overwritten before the answer and stays noted until the disk has that", async () => {
  const folder = await makeFolder();
  const { backend, disk } = removingLate();
  const { store } = await openStore({ folder, backends: [backend] });
  await store.set(key, "canary-1");
  await store.set(key, "canary-2");
  await store.set("provider.other.token", "canary-3");
  const noted = async () => (await openIndexFile(folder).read()).leftovers.length;
  const before = [[...backend.entries.values()], await noted()];
  disk.open();
  await new Promise((resolve) => setImmediate(resolve));
  await store.set("provider.other.token", "canary-4");
  await store.delete("provider.other.token");
  expect([before, await noted()]).toEqual([[["canary-2", "canary-3"], 1], 1]);
});

test("a removal is answered when the disk has it", async () => {
  const { backend, disk } = removingLate();
  const { store } = await openStore({ backends: [backend] });
  await store.set(key, "canary-1");
  let isAnswered = false;
  const removing = store.delete(key).then(() => (isAnswered = true));
  while (backend.entries.size > 0) await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
  const before = isAnswered;
  disk.open();
  expect([before, await removing]).toEqual([false, true]);
});

/** Stops a store dead at its nth touch of the storage backend or the log, as a kill would, and opens it again. */
async function crashAt(
  step: number,
  change: (store: Awaited<ReturnType<typeof openStore>>["store"]) => Promise<unknown>,
) {
  const folder = await makeFolder();
  const backend = createMemoryBackend();
  const first = await openStore({ folder, backends: [backend] });
  await first.store.set(key, "canary-1");
  const before = {
    index: await readFile(join(folder, "secrets-index.json"), "utf8"),
    entries: new Map(backend.entries),
  };

  // The folder and the entries are kept as they were at the moment of the kill.
  let steps = 0;
  let image: { index: string; entries: Map<string, string> } | undefined;
  const mark = async () => {
    steps++;
    if (steps !== step) return;
    image = {
      index: await readFile(join(folder, "secrets-index.json"), "utf8"),
      entries: new Map(backend.entries),
    };
  };
  const watched: MemoryBackend = {
    ...backend,
    write: async (entry, value) => [await mark(), await backend.write(entry, value), await mark()][1],
    remove: async (entry) => [await mark(), await backend.remove(entry), await mark()][1],
  };
  const second = await openStore({ folder, backends: [watched], onAudit: mark });
  steps = 0;
  image = undefined;
  await change(second.store);
  const at = image ?? before;
  await writeFile(join(folder, "secrets-index.json"), at.index);
  backend.entries.clear();
  for (const [address, value] of at.entries) backend.entries.set(address, value);
  const reopened = await openStore({ folder, backends: [backend] });
  return { value: await reopened.store.get(key), entries: [...backend.entries.values()], steps };
}

test("killed at any step of a change, the secret has the former or the new value, whole, and one entry", async () => {
  const { steps } = await crashAt(0, (store) => store.set(key, "canary-2"));
  expect(steps).toBe(5);
  for (let step = 1; step <= steps; step++) {
    const { value, entries } = await crashAt(step, (store) => store.set(key, "canary-2"));
    expect([step, ["canary-1", "canary-2"].includes(value ?? ""), entries]).toEqual([step, true, [value]]);
  }
});

test("killed at any step of a removal, the secret is whole or gone", async () => {
  const { steps } = await crashAt(0, (store) => store.delete(key));
  expect(steps).toBe(3);
  for (let step = 1; step <= steps; step++) {
    const { value, entries } = await crashAt(step, (store) => store.delete(key));
    expect([step, entries]).toEqual([step, value === undefined ? [] : ["canary-1"]]);
  }
});

test("a damaged index is taken from its previous copy, and nothing is lost", async () => {
  const folder = await makeFolder();
  const backend = createMemoryBackend();
  const { store } = await openStore({ folder, backends: [backend] });
  await store.set(key, "canary-1");
  await store.set("provider.other.token", "canary-2");
  await store[Symbol.asyncDispose]();
  await writeFile(join(folder, "secrets-index.json"), "{ torn");
  const reopened = await openStore({ folder, backends: [backend] });
  expect((await reopened.store.snapshot()).toEnv()).toEqual({
    PROVIDER_OPENAI_API_KEY: "canary-1",
    PROVIDER_OTHER_TOKEN: "canary-2",
  });
});

test("an index that is damaged with its copy is an error, never an empty list, and stays as it is", async () => {
  const folder = await makeFolder();
  const backend = createMemoryBackend();
  const { store } = await openStore({ folder, backends: [backend] });
  await store.set(key, "canary-1");
  await store[Symbol.asyncDispose]();
  await writeFile(join(folder, "secrets-index.json"), "{ torn");
  await writeFile(join(folder, "secrets-index.json.previous"), "{}");
  expect(await codeOf(openStore({ folder, backends: [backend] }))).toBe("files.corrupt");
  expect([await readFile(join(folder, "secrets-index.json"), "utf8"), backend.entries.size]).toEqual([
    "{ torn",
    1,
  ]);
});

test("an index that someone deleted is taken from its previous copy", async () => {
  const folder = await makeFolder();
  const backend = createMemoryBackend();
  const { store } = await openStore({ folder, backends: [backend] });
  await store.set(key, "canary-1");
  await store[Symbol.asyncDispose]();
  await rm(join(folder, "secrets-index.json"));
  expect(await (await openStore({ folder, backends: [backend] })).store.get(key)).toBe("canary-1");
});

test("a store that is ended during a change lets go of its storage backend last", async () => {
  const [atAudit, goOn] = [makeGate(), makeGate()];
  const calls: string[] = [];
  const backend = createMemoryBackend();
  const slow: MemoryBackend = {
    ...backend,
    removesSlowly: true,
    async remove(entry) {
      calls.push("remove");
      await backend.remove(entry);
    },
    close: async () => void calls.push("close"),
  };
  let sets = 0;
  const { store } = await openStore({
    backends: [slow],
    async onAudit({ action }) {
      if (action !== "secret.set" || ++sets < 2) return;
      atAudit.open();
      await goOn.opened;
    },
  });
  await store.set(key, "canary-1");
  const setting = store.set(key, "canary-2");
  await atAudit.opened;
  const ending = store[Symbol.asyncDispose]();
  goOn.open();
  await Promise.all([setting, ending]);
  await store.recheck();
  expect([calls, [...backend.entries.values()]]).toEqual([["remove", "close"], ["canary-2"]]);
});

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { describe, expect, test } from "vitest";
import type { Edit } from "../src/index.ts";
import { createMemoryBackend } from "../src/memory-backend.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";

const [a, b, c] = ["provider.a.token", "provider.b.token", "provider.c.token"];
const set = (key: string, value: string, envName?: string): Edit => ({ op: "set", key, value, envName });
const remove = (key: string): Edit => ({ op: "remove", key });

/** A store with `a` and `b` in force, on a backend whose entries can be counted. */
async function storeWithTwo() {
  const folder = await makeFolder();
  const backend = createMemoryBackend();
  const opened = await openStore({ folder, backends: [backend] });
  await opened.store.change([set(a, "canary-a"), set(b, "canary-b")]);
  return { ...opened, folder, backend, reopen: () => openStore({ folder, backends: [backend] }) };
}

const envOf = async (store: Awaited<ReturnType<typeof openStore>>["store"], pending = false) =>
  (await store.snapshot({ pending })).toEnv();
const committed = { PROVIDER_A_TOKEN: "canary-a", PROVIDER_B_TOKEN: "canary-b" };

describe("a staged change", () => {
  test("is seen in the pending snapshot alone, outlives the store, and comes into force as one", async () => {
    const { store, backend, reopen } = await storeWithTwo();
    const staged = await store.stage([set(a, "canary-a2"), set(c, "canary-c"), remove(b)]);
    expect(staged).toMatchObject({
      keys: [a, b, c],
      createdAt: "2026-01-01T00:00:02.000Z",
      edits: [
        { op: "set", key: a, envName: "PROVIDER_A_TOKEN", replaces: true, storageBackend: "memory" },
        { op: "remove", key: b, envName: "PROVIDER_B_TOKEN" },
        { op: "set", key: c, envName: "PROVIDER_C_TOKEN", replaces: false, source: "entered" },
      ],
    });
    const { store: later } = await reopen();
    const pending = { PROVIDER_A_TOKEN: "canary-a2", PROVIDER_C_TOKEN: "canary-c" };
    expect([await later.pending(), await envOf(later), await envOf(later, true), await later.keys()]).toEqual(
      [staged, committed, pending, [a, b]],
    );
    expect(await later.commitPending({ revision: staged?.revision ?? "" })).toEqual([a, b, c]);
    expect([await later.pending(), await envOf(later), [...backend.entries.values()].toSorted()]).toEqual([
      undefined,
      pending,
      ["canary-a2", "canary-c"],
    ]);
  });

  test("that is discarded leaves what was in force, and no entry of its own", async () => {
    const { store, backend, reopen } = await storeWithTwo();
    await store.stage([set(a, "canary-a2"), set(c, "canary-c"), remove(b)]);
    expect([await store.discardPending(), await store.discardPending()]).toEqual([[a, b, c], []]);
    expect([await store.pending(), await envOf((await reopen()).store, true), backend.entries.size]).toEqual([
      undefined,
      committed,
      2,
    ]);
  });

  test("takes later stages in, and an edit of a key takes the place of the earlier one", async () => {
    const { store, backend } = await storeWithTwo();
    const first = await store.stage([set(a, "canary-a2"), set(c, "canary-c")]);
    const second = await store.stage([set(a, "canary-a3"), remove(b)]);
    expect([second?.keys, second?.createdAt, second?.revision === first?.revision]).toEqual([
      [a, b, c],
      first?.createdAt,
      false,
    ]);
    expect([await envOf(store, true), backend.entries.size]).toEqual([
      { PROVIDER_A_TOKEN: "canary-a3", PROVIDER_C_TOKEN: "canary-c" },
      4,
    ]);
  });

  test("shrinks when an edit asks for what is in force, and ends with its last edit", async () => {
    const { store, backend } = await storeWithTwo();
    await store.stage([set(a, "canary-a2"), set(c, "canary-c"), remove(b)]);
    expect((await store.stage([set(a, "canary-a"), set(b, "canary-b")]))?.keys).toEqual([c]);
    expect([await store.stage([remove(c)]), backend.entries.size]).toEqual([undefined, 2]);
  });

  test("is not touched by staging what is staged already", async () => {
    const { store, folder } = await storeWithTwo();
    const first = await store.stage([set(a, "canary-a2")]);
    const before = await readFile(join(folder, "secrets-index.json"), "utf8");
    expect(await store.stage([set(a, "canary-a2")])).toEqual(first);
    expect(await readFile(join(folder, "secrets-index.json"), "utf8")).toBe(before);
  });

  test("that was edited after it was tried is not committed, and nothing of it is on record", async () => {
    const { store, audited } = await storeWithTwo();
    const tried = await store.stage([set(a, "canary-a2")]);
    await store.stage([set(c, "canary-c")]);
    const steps = audited.length;
    expect(await codeOf(store.commitPending({ revision: tried?.revision ?? "" }))).toBe(
      "secrets.change-superseded",
    );
    expect(audited).toHaveLength(steps);
    expect([await envOf(store), (await store.pending())?.keys]).toEqual([committed, [a, c]]);
  });

  test("with a value that was lost since is not committed, and says which", async () => {
    const { store, backend } = await storeWithTwo();
    await store.stage([set(a, "canary-a2")]);
    for (const [address, value] of backend.entries)
      if (value === "canary-a2") backend.entries.delete(address);
    expect(await codeOf(store.commitPending())).toBe("secrets.storage-changed");
    expect([await envOf(store), (await store.pending())?.keys]).toEqual([committed, [a]]);
  });

  test("is committed although its storage was locked meanwhile", async () => {
    let failure: AppError | undefined;
    const backend = createMemoryBackend({ failWith: () => failure });
    const { store } = await openStore({ backends: [backend] });
    await store.set(a, "canary-a");
    await store.stage([set(a, "canary-a2")]);
    failure = new AppError("secrets.locked");
    expect(await store.commitPending()).toEqual([a]);
    failure = undefined;
    expect(await store.get(a)).toBe("canary-a2");
  });

  test("is audited when it is staged, committed and discarded, without values", async () => {
    const { store, audited } = await storeWithTwo();
    audited.length = 0;
    await store.stage([set(a, "canary-a2"), remove(b)]);
    await store.commitPending({ actor: "app" });
    await store.stage([set(a, "canary-a3")]);
    await store.discardPending();
    expect(audited.map(({ actor, action, keys }) => [actor, action, ...keys])).toEqual([
      ["person", "secret.stage", a],
      ["person", "secret.stage", b],
      ["app", "secret.set", a],
      ["app", "secret.remove", b],
      ["person", "secret.stage", a],
      ["person", "secret.discard", a],
    ]);
    expect(JSON.stringify(audited)).not.toContain("canary");
  });
});

describe("a direct edit beside a pending change", () => {
  test("outranks what was staged for its key, and leaves the rest pending", async () => {
    const { store, backend } = await storeWithTwo();
    await store.stage([set(a, "canary-a2"), set(c, "canary-c"), remove(b)]);
    await store.set(a, "canary-direct");
    await store.delete(b);
    expect([(await store.pending())?.keys, await envOf(store), await envOf(store, true)]).toEqual([
      [c],
      { PROVIDER_A_TOKEN: "canary-direct" },
      { PROVIDER_A_TOKEN: "canary-direct", PROVIDER_C_TOKEN: "canary-c" },
    ]);
    expect(backend.entries.size).toBe(2);
  });

  test("with the value in force takes the staged one back", async () => {
    const { store, backend } = await storeWithTwo();
    await store.stage([set(a, "canary-a2")]);
    expect((await store.set(a, "canary-a")).change).toBe("unchanged");
    expect([await store.pending(), backend.entries.size]).toEqual([undefined, 2]);
  });

  test("removes a secret that is only staged", async () => {
    const { store, backend } = await storeWithTwo();
    await store.stage([set(c, "canary-c")]);
    await store.delete(c);
    expect([await store.pending(), backend.entries.size]).toEqual([undefined, 2]);
  });

  test("that would meet a staged secret in one variable is refused", async () => {
    const { store } = await openStore();
    await store.set("install.one", "canary-1", { envName: "DATABASE_URL" });
    await store.stage([remove("install.one"), set("install.two", "canary-2", "DATABASE_URL")]);
    expect([
      await codeOf(store.set("install.one", "canary-3", { envName: "DATABASE_URL" })),
      await codeOf(store.set("install.three", "canary-3", { envName: "DATABASE_URL" })),
      await store.commitPending(),
      await envOf(store),
    ]).toEqual([
      "secrets.collision",
      "secrets.collision",
      ["install.one", "install.two"],
      { DATABASE_URL: "canary-2" },
    ]);
  });
});

describe("a change of several edits", () => {
  test("does all of them, and tells what each did", async () => {
    const { store } = await storeWithTwo();
    const outcomes = await store.change([set(a, "canary-a"), set(b, "canary-b2"), set(c, "canary-c")]);
    expect(outcomes.map(({ key, change }) => [key, change])).toEqual([
      [a, "unchanged"],
      [b, "replaced"],
      [c, "created"],
    ]);
    expect(await store.change([remove(a), set(c, "canary-c2")])).toMatchObject([
      { key: a, change: "removed" },
      { key: c, change: "replaced" },
    ]);
    expect(await envOf(store)).toEqual({ PROVIDER_B_TOKEN: "canary-b2", PROVIDER_C_TOKEN: "canary-c2" });
  });

  test.each<[string, Edit[], string]>([
    ["an invalid key", [set("Not.A Key", "canary")], "secrets.invalid-key"],
    ["an invalid value", [set(c, "canary\0")], "secrets.invalid-value"],
    ["a reserved name", [set("install.path", "canary", "PATH")], "secrets.reserved-name"],
    ["a collision", [set("provider.b-token.x", "c"), set("provider.b.token-x", "c")], "secrets.collision"],
    ["the removal of nothing", [remove(c)], "secrets.absent"],
  ])("with %s among them does nothing, staged or at once", async (_, bad, code) => {
    const { store, folder, backend, audited } = await storeWithTwo();
    const before = [await readFile(join(folder, "secrets-index.json"), "utf8"), [...backend.entries]];
    const edits = [set(a, "canary-a2"), ...bad];
    expect([await codeOf(store.change(edits)), await codeOf(store.stage(edits))]).toEqual([code, code]);
    expect([await readFile(join(folder, "secrets-index.json"), "utf8"), [...backend.entries]]).toEqual(
      before,
    );
    expect(audited.slice(-2)).toMatchObject([
      { action: "secret.set", outcome: "refused", code },
      { action: "secret.stage", outcome: "refused", code },
    ]);
  });

  test("whose second value cannot be written keeps nothing of the first", async () => {
    let writes = 0;
    const failure = new AppError("secrets.unavailable", {
      storageBackend: "memory",
      reason: "not-answering",
    });
    const folder = await makeFolder();
    const backend = createMemoryBackend({
      failWith: (call) => (call === "write" && ++writes % 2 === 0 ? failure : undefined),
    });
    const { store } = await openStore({ folder, backends: [backend] });
    expect(await codeOf(store.change([set(a, "canary-a"), set(b, "canary-b")]))).toBe("secrets.unavailable");
    const reopened = await openStore({ folder, backends: [backend] });
    expect([await reopened.store.keys(), backend.entries.size]).toEqual([[], 0]);
  });
});

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { AppError } from "@latchkey/api-contracts/errors";
import { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { describe, expect, test } from "vitest";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { createMemoryBackend } from "../src/memory-backend.ts";
import type { SecretBackend } from "../src/secret-backend.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";

const unavailable = new AppError("secrets.unavailable", {
  storageBackend: "keychain",
  reason: "no-session-bus",
});

const key = "provider.openai.api-key";

test.each(["list", "snapshot"] as const)(
  "a %s is of what is there, also when another process replaces a secret in the middle of it",
  async (what) => {
    const memory = createMemoryBackend();
    const { store: other, folder } = await openStore({ backends: [memory] });
    await other.set(key, "canary-1");
    let replace: (() => Promise<unknown>) | undefined = () => other.set(key, "canary-2");
    /** Has the secret replaced before the first look at its entry. */
    async function first<T>(look: () => Promise<T>): Promise<T> {
      const act = replace;
      replace = undefined;
      await act?.();
      return look();
    }
    const slow: SecretBackend = {
      ...memory,
      inspect: (refs) => first(() => memory.inspect(refs)),
      read: (refs) => first(() => memory.read(refs)),
    };
    const { store } = await openStore({ folder, backends: [slow] });
    const found = what === "list" ? await store.list() : (await store.snapshot()).toEnv();
    expect(found).toMatchObject(
      what === "list" ? [{ key, state: "present" }] : { PROVIDER_OPENAI_API_KEY: "canary-2" },
    );
  },
);

describe("a store", () => {
  test("keeps what was set, tells of it without the value, and forgets what was deleted", async () => {
    const { store } = await openStore();
    expect(await store.get(key)).toBeUndefined();
    const { change, secret } = await store.set(key, "canary-1");
    expect([change, SecretMetadata.parse(secret)]).toEqual(["created", secret]);
    expect([await store.get(key), await store.keys(), await store.list(), await store.describe(key)]).toEqual(
      [
        "canary-1",
        [key],
        [secret],
        {
          key,
          envName: "PROVIDER_OPENAI_API_KEY",
          storageBackend: "memory",
          protection: "os-user",
          state: "present",
          source: "entered",
          createdAt: "2026-01-01T00:00:01.000Z",
          updatedAt: "2026-01-01T00:00:01.000Z",
        },
      ],
    );
    await store.delete(key);
    expect([await store.get(key), await store.keys(), await codeOf(store.delete(key))]).toEqual([
      undefined,
      [],
      "secrets.absent",
    ]);
  });

  test("replaces under a new version and leaves one entry", async () => {
    const backend = createMemoryBackend();
    const { store } = await openStore({ backends: [backend] });
    const created = await store.set(key, "canary-1");
    const replaced = await store.set(key, "canary-2", { source: "imported" });
    expect([replaced.change, [...backend.entries.values()], replaced.secret]).toEqual([
      "replaced",
      ["canary-2"],
      { ...created.secret, source: "imported", updatedAt: "2026-01-01T00:00:02.000Z" },
    ]);
  });

  test("writes nothing for an equal value", async () => {
    const { store, folder, audited } = await openStore();
    await store.set(key, "canary-1");
    const before = [await stat(join(folder, "secrets-index.json")), audited.length];
    expect((await store.set(key, "canary-1")).change).toBe("unchanged");
    expect([await stat(join(folder, "secrets-index.json")), audited.length]).toEqual(before);
  });

  test("gives one snapshot of all secrets", async () => {
    const { store } = await openStore();
    await store.set("install.database", "canary-db", { envName: "DATABASE_URL" });
    await store.set(key, "canary-1");
    const snapshot = await store.snapshot();
    expect([snapshot.toEnv(), snapshot.unreadable]).toEqual([
      { DATABASE_URL: "canary-db", PROVIDER_OPENAI_API_KEY: "canary-1" },
      [],
    ]);
  });

  test.each([
    ["Not.A Key", "canary-1", undefined, "secrets.invalid-key"],
    ["vault.a.b", "canary-1", undefined, "secrets.invalid-key"],
    [key, "canary-1", "OTHER", "secrets.invalid-key"],
    ["install.path", "canary-1", "PATH", "secrets.reserved-name"],
    ["provider.openai-api.key", "canary-1", undefined, "secrets.collision"],
    [key, "", undefined, "secrets.invalid-value"],
    [key, "canary\0", undefined, "secrets.invalid-value"],
    [key, "canary\ud800", undefined, "secrets.invalid-value"],
    [key, "€".repeat(30_000), undefined, "secrets.too-large"],
  ])("refuses the key %j before anything is written (%#)", async (badKey, value, envName, code) => {
    const backend = createMemoryBackend();
    const { store, folder, audited } = await openStore({ backends: [backend] });
    await store.set(key, "canary-before");
    const before = await readFile(join(folder, "secrets-index.json"), "utf8");
    expect(await codeOf(store.set(badKey, value, envName ? { envName } : {}))).toBe(code);
    expect([
      [...backend.entries.values()],
      await readFile(join(folder, "secrets-index.json"), "utf8"),
    ]).toEqual([["canary-before"], before]);
    expect(audited.at(-1)).toMatchObject({ action: "secret.set", outcome: "refused", code });
  });

  test("audits its choice and each change before it takes effect, without values", async () => {
    const { store, audited } = await openStore();
    await store.set(key, "canary-1");
    await store.delete(key, { actor: "app" });
    const where = { storageBackend: "memory", protection: "os-user" };
    expect(audited).toEqual([
      {
        actor: "app",
        action: "storage.chosen",
        outcome: "done",
        keys: [],
        ...where,
        storageReason: "working",
      },
      {
        actor: "person",
        action: "secret.set",
        outcome: "done",
        keys: [key],
        ...where,
        storageReason: "working",
      },
      { actor: "app", action: "secret.remove", outcome: "done", keys: [key], ...where },
    ]);
  });

  test("audits the choice of a new process only where it is another one than that of the newest secret", async () => {
    const folder = await makeFolder();
    let failure: AppError | undefined;
    const keychain = createMemoryBackend({ name: "keychain", failWith: () => failure });
    const backends = [keychain, createEnvFileBackend({ folder })];
    const { store } = await openStore({ folder, backends });
    await store.set(key, "canary-1");
    const again = await openStore({ folder, backends });
    failure = unavailable;
    const later = await openStore({ folder, backends });
    expect([again.audited, later.audited]).toMatchObject([
      [],
      [{ action: "storage.chosen", outcome: "failed", storageReason: "no-session-bus" }],
    ]);
  });

  test("does not change what the activity log cannot take", async () => {
    const backend = createMemoryBackend();
    let isFull = false;
    const onAudit = async () => {
      if (isFull) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
    };
    const { store } = await openStore({ backends: [backend], onAudit });
    await store.set(key, "canary-1");
    isFull = true;
    expect([
      await codeOf(store.set(key, "canary-2")),
      await codeOf(store.set("provider.new.token", "canary-3")),
      await codeOf(store.delete(key)),
    ]).toEqual(["audit.failed", "audit.failed", "audit.failed"]);
    expect([[...backend.entries.values()], await store.keys(), await store.get(key)]).toEqual([
      ["canary-1"],
      [key],
      "canary-1",
    ]);
  });

  test("puts no value in its folder, its errors or its own printing", async () => {
    const { store, folder } = await openStore();
    await store.set(key, "canary-1");
    const error = await store
      .set("install.x", "canary-1", { envName: "PATH" })
      .catch((error: unknown) => error);
    // The copy of the index is written beside the changes.
    await store[Symbol.asyncDispose]();
    const files = await Promise.all(
      (await readdir(folder)).map((name) => readFile(join(folder, name), "utf8")),
    );
    expect(
      [...files, inspect(store, { depth: 4 }), inspect(error), JSON.stringify(store)].join(),
    ).not.toContain("canary-1");
  });

  test("takes changes from two stores on one folder in turn, and each sees the other's", async () => {
    const folder = await makeFolder();
    const backend = createMemoryBackend();
    const [a, b] = [
      await openStore({ folder, backends: [backend] }),
      await openStore({ folder, backends: [backend] }),
    ];
    const sets = Array.from({ length: 8 }, (_, i) =>
      (i % 2 === 0 ? a : b).store.set(`provider.p${i}.token`, `canary-${i}`),
    );
    await Promise.all(sets);
    expect([
      (await a.store.snapshot()).names.length,
      (await b.store.keys()).length,
      backend.entries.size,
    ]).toEqual([8, 8, 8]);
  });
});

describe("where a secret is kept", () => {
  test("a keychain that is missing and keeps nothing gives way to the file, with the reason, as a dotenv file of mode 0600", async () => {
    const folder = await makeFolder();
    const keychain = createMemoryBackend({ name: "keychain", failWith: () => unavailable });
    const { store, audited } = await openStore({
      folder,
      backends: [keychain, createEnvFileBackend({ folder })],
    });
    await store.set(key, "canary-1");
    const { mode } = await stat(join(folder, "secrets.env"));
    expect([store.status(), mode & 0o777, await readFile(join(folder, "secrets.env"), "utf8")]).toEqual([
      { storageBackend: "env-file", protection: "none", reason: "no-session-bus", readable: true },
      0o600,
      expect.stringContaining("PROVIDER_OPENAI_API_KEY='canary-1'"),
    ]);
    expect(audited[0]).toMatchObject({
      action: "storage.chosen",
      protection: "none",
      storageReason: "no-session-bus",
    });
  });

  test("with the policy block nothing weaker is used", async () => {
    const folder = await makeFolder();
    const keychain = createMemoryBackend({ name: "keychain", failWith: () => unavailable });
    const backends = [keychain, createEnvFileBackend({ folder })];
    const { store } = await openStore({ folder, backends, fallback: "block" });
    expect([await codeOf(store.set(key, "canary-1")), store.status().readable, await store.keys()]).toEqual([
      "secrets.unavailable",
      false,
      [],
    ]);
  });

  test.each([
    ["locked", new AppError("secrets.locked"), "secrets.locked"],
    [
      "not-answering",
      new AppError("secrets.unavailable", { storageBackend: "keychain", reason: "not-answering" }),
      "secrets.unavailable",
    ],
    ["no-session-bus", unavailable, "secrets.unavailable"],
  ])(
    "a keychain that keeps secrets and is %s stays chosen: unreadable, nothing deleted, nothing weaker used",
    async (reason, error, code) => {
      const folder = await makeFolder();
      let failure: AppError | undefined;
      const keychain = createMemoryBackend({ name: "keychain", failWith: () => failure });
      const backends = [keychain, createEnvFileBackend({ folder })];
      await (await openStore({ folder, backends })).store.set(key, "canary-1");
      failure = error;
      const { store } = await openStore({ folder, backends });
      const snapshot = await store.snapshot();
      expect([
        store.status(),
        await codeOf(store.get(key)),
        await codeOf(store.set(key, "canary-2")),
        await codeOf(store.set("provider.new.token", "canary-2")),
        await codeOf(store.delete(key)),
        (await store.describe(key))?.state,
        [snapshot.names, snapshot.unreadable],
        await readdir(folder),
      ]).toEqual([
        { storageBackend: "keychain", protection: "os-user", reason, readable: false },
        code,
        code,
        code,
        code,
        "unreadable",
        [[], [key]],
        expect.not.arrayContaining(["secrets.env"]),
      ]);
      failure = undefined;
      expect([(await store.recheck()).readable, await store.get(key)]).toEqual([true, "canary-1"]);
    },
  );

  test("a save after the person unlocked goes through without asking again", async () => {
    let failure: AppError | undefined = new AppError("secrets.locked");
    const keychain = createMemoryBackend({ name: "keychain", failWith: () => failure });
    const { store } = await openStore({ backends: [keychain] });
    expect(await codeOf(store.set(key, "canary-1"))).toBe("secrets.locked");
    failure = undefined;
    expect((await store.set(key, "canary-1")).change).toBe("created");
  });

  test("a keychain that returns takes new and replaced values; others stay readable in the file", async () => {
    const folder = await makeFolder();
    let failure: AppError | undefined = unavailable;
    const keychain = createMemoryBackend({ name: "keychain", failWith: () => failure });
    const { store } = await openStore({ folder, backends: [keychain, createEnvFileBackend({ folder })] });
    await store.set("provider.moved.token", "canary-moved");
    await store.set("provider.stays.token", "canary-stays");
    failure = undefined;
    await store.recheck();
    await store.set("provider.moved.token", "canary-moved");
    await store.set("provider.new.token", "canary-new");
    const kept = (await store.list()).map((secret) => [secret.key, secret.storageBackend, secret.state]);
    const file = await readFile(join(folder, "secrets.env"), "utf8");
    expect([kept, file.includes("canary-moved"), (await store.snapshot()).toEnv()]).toEqual([
      [
        ["provider.moved.token", "keychain", "present"],
        ["provider.new.token", "keychain", "present"],
        ["provider.stays.token", "env-file", "present"],
      ],
      false,
      {
        PROVIDER_MOVED_TOKEN: "canary-moved",
        PROVIDER_NEW_TOKEN: "canary-new",
        PROVIDER_STAYS_TOKEN: "canary-stays",
      },
    ]);
  });

  test("an entry that its storage lost is unreadable and named, not forgotten", async () => {
    const backend = createMemoryBackend();
    const { store } = await openStore({ backends: [backend] });
    await store.set(key, "canary-1");
    backend.entries.clear();
    expect([
      await codeOf(store.get(key)),
      (await store.describe(key))?.state,
      (await store.snapshot()).unreadable,
    ]).toEqual(["secrets.storage-changed", "unreadable", [key]]);
    expect((await store.set(key, "canary-2")).change).toBe("replaced");
  });
});

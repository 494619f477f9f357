import { execFile } from "node:child_process";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect, promisify } from "node:util";
import { AppError } from "@latchkey/api-contracts/errors";
import { startTestSession } from "@latchkey/test-session";
import { generateIdentity, identityToRecipient } from "age-encryption";
import * as fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { sealAge } from "../src/backup/age-file.ts";
import { createBackup, writeBackup } from "../src/backup/create-backup.ts";
import { openBackup } from "../src/backup/open-backup.ts";
import { rehearseRestore } from "../src/backup/rehearse-restore.ts";
import { previewRestore, restoreBackup } from "../src/backup/restore-backup.ts";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { createKeychainBackend } from "../src/keychain/keychain-backend.ts";
import { createMemoryBackend } from "../src/memory-backend.ts";
import { secretText } from "./arbitraries.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";

const run = promisify(execFile);
const appId = "latchkey";
const lock = { passphrase: "canary passphrase é", workFactor: 8 };

const values: Record<string, string> = {
  "provider.github.token": "canary-1",
  "latchkey.openai.main": "canary é\n\"2\" 'x' \\ $HOME",
  "install.database": "canary-3",
};

type Store = Awaited<ReturnType<typeof openStore>>["store"];

async function fill(store: Store, app = appId) {
  for (const [key, value] of Object.entries(values)) {
    const options = key.startsWith("install.") ? { envName: "DATABASE_URL" } : {};
    await store.set(key.replace(/^latchkey\./, `${app}.`), value, options);
  }
}

async function valuesOf(store: Store): Promise<Record<string, string | undefined>> {
  const keys = await store.keys();
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await store.get(key)])));
}

/** Everything in a folder by name. */
async function filesOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "latin1")])),
  );
}

describe("the standard age program", () => {
  test("opens a backup with its identity, and its own files are opened here", async () => {
    const { store } = await openStore();
    await fill(store);
    const folder = await makeFolder();
    const [path, key] = [join(folder, "b.age"), join(folder, "key.txt")];
    const { stdout } = await run("age-keygen", ["-o", key]).then(() => run("age-keygen", ["-y", key]));
    const report = await writeBackup(store, path, { appId, lock: { recipients: [stdout.trim()] } });
    const opened = await run("age", ["--decrypt", "-i", key, path]);
    const { secrets } = JSON.parse(opened.stdout) as { secrets: { key: string; value: string }[] };
    expect([
      Object.fromEntries(secrets.map(({ key, value }) => [key, value])),
      report.keys.toSorted(),
    ]).toEqual([values, Object.keys(values).toSorted()]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);

    await writeFile(join(folder, "plain.json"), opened.stdout);
    await run("age", ["-r", stdout.trim(), "-o", join(folder, "theirs.age"), join(folder, "plain.json")]);
    const [, identity = ""] = /^(AGE-SECRET-KEY-\S+)$/m.exec(await readFile(key, "utf8")) ?? [];
    const backup = await openBackup(join(folder, "theirs.age"), { identities: [identity] });
    expect(backup.keys.toSorted()).toEqual(Object.keys(values).toSorted());
  });

  test("opens a backup with its passphrase", async () => {
    const { store } = await openStore();
    await fill(store);
    const path = join(await makeFolder(), "b.age");
    await writeBackup(store, path, { appId, lock });
    const typed = `import os, pty, sys
pid, fd = pty.fork()
if pid == 0: os.execvp("age", ["age", "--decrypt", "-o", sys.argv[2], sys.argv[1]])
seen = b""
while b"passphrase" not in seen: seen += os.read(fd, 1024)
os.write(fd, sys.stdin.readline().encode())
try:
    while os.read(fd, 1024): pass
except OSError: pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`;
    const child = run("python3", ["-c", typed, path, `${path}.json`]);
    child.child.stdin?.end(`${lock.passphrase}\n`);
    await child;
    expect(JSON.parse(await readFile(`${path}.json`, "utf8"))).toMatchObject({ format: "latchkey-backup" });
  });
});

async function backupAndTarget() {
  const { store } = await openStore();
  await fill(store);
  const { text } = await createBackup(store, { appId, lock });
  const target = await openStore();
  await target.store.set("provider.github.token", "canary-mine");
  // The copy of the index is written behind.
  await target.store[Symbol.asyncDispose]();
  return { text, ...target, before: await filesOf(target.folder) };
}

describe("a backup that does not open changes nothing", () => {
  test("a wrong passphrase, identity or kind of key", async () => {
    const { text, folder, before } = await backupAndTarget();
    const bytes = Buffer.from(text);
    const codes = [
      codeOf(openBackup(bytes, { passphrase: "canary passphrase e" })),
      codeOf(openBackup(bytes, { passphrase: "" })),
      codeOf(openBackup(bytes, { identities: [await generateIdentity()] })),
      codeOf(openBackup(bytes, { identities: ["not an identity"] })),
    ];
    expect([await Promise.all(codes), await filesOf(folder)]).toEqual([
      ["backup.locked", "backup.locked", "backup.locked", "backup.locked"],
      before,
    ]);
  });

  test("any truncation, armored or not", async () => {
    const { text, folder, before } = await backupAndTarget();
    const binary = Buffer.from(text.split("\n").slice(1, -2).join(""), "base64");
    const codes = new Set<unknown>();
    for (const whole of [Buffer.from(text.trimEnd()), binary]) {
      for (let length = 0; length < whole.length; length++)
        codes.add(await codeOf(openBackup(whole.subarray(0, length), lock)));
    }
    expect([[...codes], await codeOf(openBackup(binary, lock)), await filesOf(folder)]).toEqual([
      ["backup.damaged"],
      "done",
      before,
    ]);
  });

  test("any changed byte, and a file of something else", async () => {
    const { text, before, folder } = await backupAndTarget();
    const binary = Buffer.from(text.split("\n").slice(1, -2).join(""), "base64");
    const property = fc.asyncProperty(
      fc.nat(binary.length - 1),
      fc.integer({ min: 1, max: 255 }),
      async (at, mask) => {
        const changed = Buffer.from(binary);
        changed[at] = (changed[at] ?? 0) ^ mask;
        expect(["backup.damaged", "backup.locked"]).toContain(await codeOf(openBackup(changed, lock)));
      },
    );
    await fc.assert(property, { numRuns: 200 });
    const other = await openBackupOf({ format: "other", version: 1 });
    expect([other, await codeOf(openBackup("/no/such.age", lock)), await filesOf(folder)]).toEqual([
      "backup.damaged",
      "files.failed",
      before,
    ]);
  });

  test("a file that is cut at the end of a chunk", async () => {
    const { store } = await openStore();
    for (const i of [1, 2, 3]) await store.set(`provider.p${i}.token`, "canary".repeat(10_000));
    const identity = await generateIdentity();
    const { text } = await createBackup(store, {
      appId,
      lock: { recipients: [await identityToRecipient(identity)] },
    });
    const binary = Buffer.from(text.split("\n").slice(1, -2).join(""), "base64");
    const headerEnd = binary.indexOf("\n", binary.indexOf("\n---") + 1) + 1;
    const ends = [0, 1, 2].map((chunks) => headerEnd + 16 + chunks * (65_536 + 16));
    const codes = ends.map((end) => codeOf(openBackup(binary.subarray(0, end), { identities: [identity] })));
    expect(await Promise.all(codes)).toEqual(ends.map(() => "backup.damaged"));
  });
});

async function openBackupOf(document: unknown): Promise<unknown> {
  return codeOf(openBackup(Buffer.from(await sealAge(JSON.stringify(document), lock)), lock));
}

async function backupOf(app = appId) {
  const { store } = await openStore({ appId: app });
  await fill(store, app);
  const { text } = await createBackup(store, { appId: app, lock });
  return openBackup(Buffer.from(text), lock);
}

function failOneWrite(call: string, entry?: { key: string }): AppError | undefined {
  if (call !== "write" || entry?.key !== "provider.github.token") return undefined;
  return new AppError("secrets.unavailable", { storageBackend: "memory", reason: "not-answering" });
}

describe("a restore", () => {
  test("is previewed by keys, keeps what is there, and a second one finds everything in place", async () => {
    const backup = await backupOf();
    const { store } = await openStore();
    await store.set("provider.github.token", "canary-mine");
    const preview = await previewRestore(store, backup, { appId });
    expect([await store.keys(), preview.map(({ key, action }) => `${key} ${action}`).toSorted()]).toEqual([
      ["provider.github.token"],
      ["install.database create", "latchkey.openai.main create", "provider.github.token keep"],
    ]);
    expect(await restoreBackup(store, backup, { appId })).toEqual(preview);
    expect([
      await valuesOf(store),
      (await restoreBackup(store, backup, { appId })).map(({ action }) => action).toSorted(),
    ]).toEqual([{ ...values, "provider.github.token": "canary-mine" }, ["keep", "same", "same"]]);
    expect(inspect([preview, backup], { depth: 9, showHidden: true }) + JSON.stringify(backup)).not.toContain(
      "canary",
    );
  });

  test("replaces, or puts both side by side with the secrets of one connection together", async () => {
    const { store: origin } = await openStore();
    await origin.change([
      { op: "set", key: "sftp.host.password", value: "canary-1" },
      { op: "set", key: "sftp.host.username", value: "canary-me" },
      { op: "set", key: "install.db", value: "canary-3", envName: "DB" },
    ]);
    const { text } = await createBackup(origin, { appId, lock });
    const backup = await openBackup(Buffer.from(text), lock);
    const { store } = await openStore();
    await store.change([
      { op: "set", key: "sftp.host.password", value: "canary-mine" },
      { op: "set", key: "sftp.host.username", value: "canary-me" },
      { op: "set", key: "sftp.host-2.password", value: "canary-second" },
      { op: "set", key: "install.db", value: "canary-mine", envName: "DB" },
    ]);
    await restoreBackup(store, backup, { appId, onConflict: "both" });
    expect([await valuesOf(store), (await store.describe("install.db-2"))?.envName]).toEqual([
      {
        "sftp.host.password": "canary-mine",
        "sftp.host.username": "canary-me",
        "sftp.host-2.password": "canary-second",
        "sftp.host-3.password": "canary-1",
        "sftp.host-3.username": "canary-me",
        "install.db": "canary-mine",
        "install.db-2": "canary-3",
      },
      "DB_2",
    ]);
    await restoreBackup(store, backup, { appId, onConflict: "replace" });
    expect([await store.get("sftp.host.password"), await store.get("install.db")]).toEqual([
      "canary-1",
      "canary-3",
    ]);
  });

  test("brings further variables back, but for those that are another secret's by now", async () => {
    const { store: origin } = await openStore();
    await origin.set("provider.github.token", "canary-1");
    await origin.setAliases("provider.github.token", ["GITHUB_TOKEN", "GH_TOKEN"]);
    const { text } = await createBackup(origin, { appId, lock });
    const backup = await openBackup(Buffer.from(text), lock);
    const { store } = await openStore();
    await store.set("install.gh", "canary-mine", { envName: "GH_TOKEN" });
    await restoreBackup(store, backup, { appId });
    expect((await store.describe("provider.github.token"))?.aliases).toEqual(["GITHUB_TOKEN"]);
    await store.set("provider.github.token", "canary-mine");
    await restoreBackup(store, backup, { appId, onConflict: "both" });
    expect((await store.describe("provider.github-2.token"))?.aliases).toBe(undefined);
    await store.setAliases("provider.github.token", []);
    await restoreBackup(store, backup, { appId, onConflict: "replace" });
    expect((await store.snapshot()).toEnv()).toMatchObject({
      GITHUB_TOKEN: "canary-1",
      GH_TOKEN: "canary-mine",
    });
  });

  test("goes into another app: its LLM configs get that app's keys", async () => {
    const backup = await backupOf("old-app");
    const { store } = await openStore({ appId: "new-app" });
    await restoreBackup(store, backup, { appId: "new-app" });
    expect(await store.get("new-app.openai.main")).toBe(values["latchkey.openai.main"]);
  });

  test("names what collides with another key's variable, and restores the rest", async () => {
    const backup = await backupOf();
    const { store } = await openStore();
    await store.set("install.other", "canary-mine", { envName: "DATABASE_URL" });
    const items = await restoreBackup(store, backup, { appId });
    expect([items.find(({ key }) => key === "install.database"), await store.get("install.other")]).toEqual([
      { from: "install.database", key: "install.database", action: "refuse", code: "secrets.collision" },
      "canary-mine",
    ]);
  });

  test("that fails on the way has changed nothing", async () => {
    const backup = await backupOf();
    const { store } = await openStore({
      backends: [createMemoryBackend({ failWith: failOneWrite })],
      fallback: "block",
    });
    expect([await codeOf(restoreBackup(store, backup, { appId })), await store.keys()]).toEqual([
      "secrets.unavailable",
      [],
    ]);
  });

  test("is rehearsed in memory, and says what came back", async () => {
    expect(await rehearseRestore(await backupOf())).toEqual({ restored: 3, problems: [] });
  });

  test("brings any value back byte for byte", async () => {
    const property = fc.asyncProperty(
      fc.array(secretText, { minLength: 1, maxLength: 10 }),
      async (texts) => {
        const { store } = await openStore();
        await store.change(texts.map((value, i) => ({ op: "set", key: `provider.p${i}.token`, value })));
        const { text } = await createBackup(store, { appId, lock });
        const { store: target } = await openStore();
        await restoreBackup(target, await openBackup(Buffer.from(text), lock), { appId });
        expect(await valuesOf(target)).toEqual(await valuesOf(store));
      },
    );
    await fc.assert(property, { numRuns: 15 });
  });
});

test("a backup goes from every place to every place and app", async () => {
  const session = await startTestSession({ keyring: "unlocked" });
  onTestFinished(() => session.stop());
  const places = ["keychain", "env-file", "memory"];
  let count = 0;
  const openPlace = async (place: string, app: string) => {
    const folder = await makeFolder();
    const service = `${app}-${++count}`;
    const backend =
      place === "keychain"
        ? createKeychainBackend({ service, env: () => session.env })
        : place === "env-file"
          ? createEnvFileBackend({ folder })
          : createMemoryBackend();
    return openStore({ folder, appId: app, backends: [backend] });
  };
  const seen: string[] = [];
  for (const from of places) {
    const { store } = await openPlace(from, "old-app");
    await fill(store, "old-app");
    const { text } = await createBackup(store, { appId: "old-app", lock });
    for (const to of places) {
      for (const app of ["old-app", "new-app"]) {
        const target = await openPlace(to, app);
        await restoreBackup(target.store, await openBackup(Buffer.from(text), lock), { appId: app });
        const expected = Object.entries(values).map(([key, value]) => [
          key.replace(/^latchkey\./, `${app}.`),
          value,
        ]);
        expect(await valuesOf(target.store)).toEqual(Object.fromEntries(expected));
        seen.push(`${from} ${to} ${app}`);
      }
    }
  }
  expect(seen).toHaveLength(18);
});

test("no backup is written over a file, or of secrets that cannot be read unless that is asked for", async () => {
  let isLocked = false;
  const failWith = (call: string) =>
    isLocked && call === "read" ? new AppError("secrets.locked") : undefined;
  const { store } = await openStore({ backends: [createMemoryBackend({ failWith })] });
  await fill(store);
  const path = join(await makeFolder(), "b.age");
  await writeBackup(store, path, { appId, lock });
  const before = await readFile(path, "utf8");
  const again = await codeOf(writeBackup(store, path, { appId, lock }));
  isLocked = true;
  const locked = await codeOf(writeBackup(store, `${path}.2`, { appId, lock }));
  const { keys, unreadable } = await createBackup(store, { appId, lock, skipUnreadable: true });
  expect([again, locked, keys, unreadable.length, (await readFile(path, "utf8")) === before]).toEqual([
    "backup.exists",
    "backup.incomplete",
    [],
    3,
    true,
  ]);
});

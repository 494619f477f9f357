import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { startTestSession } from "@latchkey/test-session";
import { expect, onTestFinished, test } from "vitest";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { createKeychainBackend } from "../src/keychain/keychain-backend.ts";
import { createMemoryBackend } from "../src/memory-backend.ts";
import type { Strangers } from "../src/recovery/strangers.ts";
import { makeFolder } from "./make-folder.ts";
import { openStore } from "./open-store.ts";

const run = promisify(execFile);
const kept = "provider.kept.token";

const told = ({ entries, others, unlisted }: Strangers) => [entries.map(({ key }) => key), others, unlisted];

test("entries of another profile under the same name are reported and left alone, whatever this one does", async () => {
  const session = await startTestSession({ keyring: "unlocked" });
  onTestFinished(() => session.stop());
  const open = async () => {
    const backends = [createKeychainBackend({ service: "latchkey", env: () => session.env })];
    return (await openStore({ folder: await makeFolder(), backends })).store;
  };
  const [theirs, ours] = [await open(), await open()];
  await theirs.set("provider.theirs.token", "canary-theirs");
  await ours.set(kept, "canary-1");
  await ours.set(kept, "canary-2");
  await ours.stage([{ op: "set", key: "provider.staged.token", value: "canary-staged" }]);
  await ours.delete(kept);
  await ours.recheck();
  expect([told(await ours.strangers()), await theirs.get("provider.theirs.token")]).toEqual([
    [["provider.theirs.token"], 0, []],
    "canary-theirs",
  ]);

  await session.lock();
  expect(told(await ours.strangers())).toEqual([[], 0, ["keychain"]]);
});

test("a store whose index was reset takes its entries in again, but none whose value is not clear", async () => {
  const backend = createMemoryBackend();
  const { store: former } = await openStore({ backends: [backend] });
  for (const key of ["provider.a.token", "provider.b.token", "provider.twice.token"]) {
    await former.set(key, "canary-former");
  }
  await former.set("install.db", "canary-db", { envName: "DB" });
  backend.entries.set("provider.twice.token@aaaaaaaaaaaa", "canary-twice");
  backend.entries.set("provider.a-b.c@bbbbbbbbbbbb", "canary-other");

  const { store, audited } = await openStore({ backends: [backend] });
  await store.set("provider.b.token", "canary-newer");
  await store.set("provider.a.b-c", "canary-here");
  const before = backend.entries.size;
  const { adopted, left } = await store.adopt({ envNames: { "install.db": "DB" } });
  expect([adopted, left, (await store.snapshot()).toEnv(), backend.entries.size - before]).toEqual([
    ["install.db", "provider.a.token"],
    [
      { key: "provider.a-b.c", code: "secrets.collision" },
      { key: "provider.b.token", code: "several-versions" },
      { key: "provider.twice.token", code: "several-versions" },
    ],
    {
      DB: "canary-db",
      PROVIDER_A_B_C: "canary-here",
      PROVIDER_A_TOKEN: "canary-former",
      PROVIDER_B_TOKEN: "canary-newer",
    },
    0,
  ]);
  expect(audited.at(-1)).toMatchObject({ action: "secret.set", reason: "recovered", keys: adopted });
});

test("an entry whose value cannot be read is not taken in", async () => {
  const folder = await makeFolder();
  const sealed = (passphrase: string) => [createEnvFileBackend({ folder, passphrase: () => passphrase })];
  const { store } = await openStore({ folder, backends: sealed("canary-phrase") });
  await store.set(kept, "canary-1");
  const elsewhere = await makeFolder();
  const { store: wrong } = await openStore({ folder: elsewhere, backends: sealed("canary-wrong") });
  const { store: right } = await openStore({ folder: elsewhere, backends: sealed("canary-phrase") });
  expect([told(await wrong.strangers()), await wrong.adopt(), (await right.adopt()).adopted]).toEqual([
    [[], 0, ["env-file"]],
    { adopted: [], left: [] },
    [kept],
  ]);
});

test("a start never lists the storage", async () => {
  let lists = 0;
  const failWith = (call: string) => void (lists += call === "list" ? 1 : 0);
  const backend = createMemoryBackend({ failWith });
  const { store, folder } = await openStore({ backends: [backend] });
  await store.set(kept, "canary-1");
  await openStore({ folder, backends: [backend] });
  expect(lists).toBe(0);
});

test("what another program keeps under the name is counted", async () => {
  const session = await startTestSession({ keyring: "unlocked" });
  onTestFinished(() => session.stop());
  const backend = createKeychainBackend({ service: "latchkey", env: () => session.env });
  const { store } = await openStore({ backends: [backend] });
  await store.set(kept, "canary-1");
  const storing = run(
    "secret-tool",
    ["store", "--label=else", "service", "latchkey", "username", "somebody"],
    {
      env: session.env,
    },
  );
  storing.child.stdin?.end("canary-else");
  await storing;
  expect(told(await store.strangers())).toEqual([[], 1, []]);
});

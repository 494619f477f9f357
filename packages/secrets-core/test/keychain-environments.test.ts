import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AppError } from "@latchkey/api-contracts/errors";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { type SessionOptions, startTestSession, type TestSession } from "@latchkey/test-session";
import { expect, onTestFinished, test } from "vitest";
import { newVersion } from "../src/entry-version.ts";
import { createKeychainBackend } from "../src/keychain/keychain-backend.ts";
import type { EntryRef, SecretBackend } from "../src/secret-backend.ts";
import { makeFolder } from "./make-folder.ts";

const run = promisify(execFile);

async function session(options: SessionOptions): Promise<TestSession> {
  const started = await startTestSession(options);
  onTestFinished(() => started.stop());
  return started;
}

function keychain(env: NodeJS.ProcessEnv, deadlineMs = 5_000): SecretBackend {
  const backend = createKeychainBackend({ service: "latchkey", deadlineMs, env: () => env });
  onTestFinished(() => backend.close());
  return backend;
}

function entry(): EntryRef {
  const key = SecretKey.parse("provider.openai.api-key");
  return { key, version: newVersion(), envName: EnvName.parse("PROVIDER_OPENAI_API_KEY") };
}

const failure = ({ code, details }: AppError) => [code, details.reason];

/** What each operation answers, as codes, reasons and states. */
async function answers(backend: SecretBackend, ref = entry()) {
  const [reading] = await backend.read([ref]);
  return {
    probe: await backend.probe(),
    read: reading?.state === "unreadable" ? failure(reading.error) : reading?.state,
    inspect: await backend.inspect([ref]),
    write: await backend.write(entry(), "canary-value").then(() => "done", failure),
    remove: await backend.remove(ref).then(() => "done", failure),
  };
}

function unavailable(reason: string) {
  const error = ["secrets.unavailable", reason];
  return { probe: reason, read: error, inspect: ["unreadable"], write: error, remove: error };
}

const lockedAnswers = {
  probe: "locked",
  read: ["secrets.locked", "locked"],
  inspect: ["unreadable"],
  write: ["secrets.locked", "locked"],
  remove: ["secrets.locked", "locked"],
};

test("without a bus in the environment every operation says no-session-bus", async () => {
  expect(await answers(keychain({}))).toEqual(unavailable("no-session-bus"));
});

test("with the address of a bus that is gone every operation says no-session-bus", async () => {
  const address = `unix:path=${join(await makeFolder(), "gone")}`;
  expect(await answers(keychain({ DBUS_SESSION_BUS_ADDRESS: address }))).toEqual(
    unavailable("no-session-bus"),
  );
});

test("on a bus without a Secret Service every operation says no-secret-service", async () => {
  const { env } = await session({ keyring: "none" });
  expect(await answers(keychain(env))).toEqual(unavailable("no-secret-service"));
});

test("a locked collection is never empty: every operation says locked", async () => {
  const { env } = await session({ keyring: "locked" });
  expect(await answers(keychain(env))).toEqual(lockedAnswers);
});

test("locking while the connection is open says locked, and unlocking gives the value back", async () => {
  const live = await session({ keyring: "unlocked" });
  const [backend, ref] = [keychain(live.env), entry()];
  await backend.write(ref, "canary-value");
  await live.lock();
  const locked = await answers(backend, ref);
  await live.unlock();
  expect([locked, await backend.read([ref])]).toEqual([
    lockedAnswers,
    [{ state: "present", value: "canary-value" }],
  ]);
});

test("a service that hangs says not-answering by the deadline, and is used again once it answers", async () => {
  const live = await session({ keyring: "unlocked" });
  // Long enough for the first write on a busy machine.
  const [backend, ref] = [keychain(live.env, 1_000), entry()];
  await backend.write(ref, "canary-value");
  live.stall();
  const stalled = await answers(backend, ref);
  live.resume();
  expect([stalled, (await keychain(live.env).read([ref]))[0]]).toEqual([
    unavailable("not-answering"),
    { state: "present", value: "canary-value" },
  ]);
});

test("a bus that accepts and says nothing is not-answering", async () => {
  const socket = join(await makeFolder(), "bus");
  const silent = createServer().listen(socket);
  onTestFinished(() => void silent.close());
  await once(silent, "listening");
  const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket.replaceAll(" ", "%20")}` };
  expect(await answers(keychain(env, 100))).toEqual(unavailable("not-answering"));
});

test("without a default collection nothing can be written, and the reason says so", async () => {
  const { env } = await session({ keyring: "unlocked" });
  const target = [
    "--dest",
    "org.freedesktop.secrets",
    "--object-path",
    "/org/freedesktop/secrets/collection/login",
  ];
  const method = ["--method", "org.freedesktop.Secret.Collection.Delete"];
  await run("gdbus", ["call", "--session", ...target, ...method], { env });
  const backend = keychain(env);
  expect([
    await backend.probe(),
    await backend.write(entry(), "canary-value").catch((error) => error.details.reason),
  ]).toEqual(["no-default-collection", "no-default-collection"]);
});

test("a service that went away under an open connection is missed, not taken for empty", async () => {
  const live = await session({ keyring: "unlocked" });
  const backend = keychain(live.env);
  await backend.write(entry(), "canary-value");
  await live.stopKeyring();
  expect(await answers(backend)).toEqual(unavailable("no-secret-service"));
});

test("an entry that was deleted behind our back is absent, and its place given to another is not mistaken for it", async () => {
  const live = await session({ keyring: "unlocked" });
  const [ours, other, first, second] = [keychain(live.env), keychain(live.env), entry(), entry()];
  await ours.write(first, "canary-first");
  await ours.read([first]);
  await other.remove(first);
  await other.write(second, "canary-second");
  expect(await ours.read([first, second])).toEqual([
    { state: "absent" },
    { state: "present", value: "canary-second" },
  ]);
});

test("entries are read and listed while another process adds and removes others", async () => {
  const { env } = await session({ keyring: "unlocked" });
  const [ours, other, refs] = [keychain(env), keychain(env), [entry(), entry()]];
  for (const ref of refs) await ours.write(ref, "canary-ours");
  const over = new AbortController();
  async function addAndRemove(): Promise<void> {
    for (let round = 0; round < 20; round += 1) {
      const some = [entry(), entry(), entry()];
      await Promise.all(some.map((ref) => other.write(ref, "canary-other")));
      await Promise.all(some.map((ref) => other.remove(ref)));
    }
    over.abort();
  }
  const others = addAndRemove();
  const seen = new Set<string>();
  while (!over.signal.aborted) {
    // A new connection knows no item by its name yet.
    const reader = keychain(env);
    for (const { state } of await reader.read(refs)) seen.add(`read ${state}`);
    for (const state of await reader.inspect(refs)) seen.add(`inspected ${state}`);
    const { entries } = await reader.list();
    seen.add(`listed ${refs.every(({ version }) => entries.some((found) => found.version === version))}`);
    await reader.close();
  }
  await others;
  expect([...seen]).toEqual(["read present", "inspected present", "listed true"]);
});

test("more entries than a bus lets wait at once come in one batch, over a new connection", {
  timeout: 20_000,
}, async () => {
  const { env } = await session({ keyring: "unlocked" });
  const entries = Array.from({ length: 130 }, entry);
  const writer = keychain(env, 15_000);
  for (const ref of entries) await writer.write(ref, ref.version);
  expect(await keychain(env).read(entries)).toEqual(
    entries.map(({ version }) => ({ state: "present", value: version })),
  );
});

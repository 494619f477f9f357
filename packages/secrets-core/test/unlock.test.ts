import { AppError } from "@latchkey/api-contracts/errors";
import { startTestSession, type TestSession } from "@latchkey/test-session";
import { expect, onTestFinished, test } from "vitest";
import { createKeychainBackend } from "../src/keychain/keychain-backend.ts";
import type { SecretStore } from "../src/secret-store.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";

const key = "provider.openai.api-key";

/** A store whose keychain was locked after a secret was saved. */
async function openLocked(): Promise<{ store: SecretStore; session: TestSession }> {
  const session = await startTestSession({ keyring: "unlocked" });
  onTestFinished(() => session.stop());
  const backends = [createKeychainBackend({ service: "latchkey", env: () => session.env })];
  const { store } = await openStore({ folder: await makeFolder(), backends });
  await store.set(key, "canary-1");
  await session.lock();
  await store.recheck();
  return { store, session };
}

/** The reason of the error that a promise rejects with. */
async function reasonOf(work: Promise<unknown>): Promise<unknown> {
  const failure = await work.catch((error: unknown) => error);
  return failure instanceof AppError ? failure.details.reason : undefined;
}

/** What an unlock in an environment comes to. */
async function askIn(env: NodeJS.ProcessEnv): Promise<unknown> {
  const backend = createKeychainBackend({ service: "latchkey", deadlineMs: 2_000, env: () => env });
  return backend.unlock?.(new AbortController().signal);
}

test("the person confirms the system's question, and the secrets can be read", async () => {
  const { store, session } = await openLocked();
  const before = store.status();
  await session.answerPrompts("confirm");
  expect([before.reason, await store.unlock(), await store.get(key)]).toEqual([
    "locked",
    { storageBackend: "keychain", protection: "os-user", reason: "working", readable: true },
    "canary-1",
  ]);
});

test("a dismissed question is told as such by every operation, until the keychain is unlocked and locked again", async () => {
  const { store, session } = await openLocked();
  await session.answerPrompts("dismiss");
  const dismissed = [
    (await store.unlock()).reason,
    (await store.recheck()).reason,
    await reasonOf(store.get(key)),
    await reasonOf(store.set(key, "canary-2")),
    await reasonOf(store.delete(key)),
  ];
  await session.unlock();
  const unlocked = [(await store.recheck()).reason, await store.get(key)];
  await session.lock();
  expect([dismissed, unlocked, (await store.recheck()).reason]).toEqual([
    Array(5).fill("prompt-dismissed"),
    ["working", "canary-1"],
    "locked",
  ]);
});

test("where the system has nothing to ask with, the question counts as dismissed", async () => {
  const { store } = await openLocked();
  expect((await store.unlock()).reason).toBe("prompt-dismissed");
});

test.each(["is ended", "runs out"])(
  "a wait that %s says locked, no other operation waits, and the question can still be confirmed",
  async (what) => {
    const { store, session } = await openLocked();
    const prompter = await session.answerPrompts("wait");
    const stop = new AbortController();
    // The question must be put before the limit, also on a busy machine.
    const limit = what === "is ended" ? { signal: stop.signal } : { deadlineMs: 2_000 };
    const unlocking = store.unlock(limit);
    await prompter.asked;
    const meanwhile = await codeOf(store.get(key));
    stop.abort();
    const after = (await unlocking).reason;
    prompter.answer("confirm");
    await prompter.closed;
    expect([meanwhile, after, (await store.recheck()).reason]).toEqual([
      "secrets.locked",
      "locked",
      "working",
    ]);
  },
);

test("a store that is closed does not wait for the answer", async () => {
  const { store, session } = await openLocked();
  const { asked } = await session.answerPrompts("wait");
  const unlocking = store.unlock();
  await asked;
  await store[Symbol.asyncDispose]();
  expect((await unlocking).readable).toBe(false);
});

test("a service that ends with its question open is not waited for", async () => {
  const { store, session } = await openLocked();
  const { asked } = await session.answerPrompts("wait");
  const unlocking = store.unlock();
  await asked;
  await session.stopKeyring();
  expect((await unlocking).reason).toBe("no-secret-service");
});

test("a service that never answers, none, and no bus each have their reason, and no question is put", async () => {
  const { session } = await openLocked();
  session.stall();
  const none = await startTestSession({ keyring: "none" });
  onTestFinished(() => none.stop());
  expect(await Promise.all([session.env, none.env, {}].map(askIn))).toEqual([
    "not-answering",
    "no-secret-service",
    "no-session-bus",
  ]);
});

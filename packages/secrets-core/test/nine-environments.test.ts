import { execFile } from "node:child_process";
import { chmod } from "node:fs/promises";
import { promisify } from "node:util";
import { AppError, messageOf } from "@latchkey/api-contracts/errors";
import { startTestSession, type TestSession } from "@latchkey/test-session";
import { expect, onTestFinished, test } from "vitest";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { createKeychainBackend } from "../src/keychain/keychain-backend.ts";
import { openSecretStore, type SecretStore } from "../src/secret-store.ts";
import { makeFolder } from "./make-folder.ts";

const run = promisify(execFile);
const key = "provider.kept.token";
const operations = ["status", "list", "get", "snapshot", "set", "delete"] as const;
type Answers = Record<(typeof operations)[number], string>;

/** A place where a secret was kept before; `spoil` makes it what the environment is called, `asks` what the person does first. */
type Place = { session: TestSession; folder: string };
type Environment = {
  name: string;
  spoil: (place: Place) => Promise<NodeJS.ProcessEnv>;
  asks?: (store: SecretStore) => Promise<unknown>;
  expected: Answers;
};

const refused = (what: string): Answers => ({
  status: `keychain ${what} waits`,
  list: "unreadable",
  get: what,
  snapshot: "unreadable",
  set: what,
  delete: what,
});
const works: Answers = {
  status: "keychain working",
  list: "present",
  get: "canary",
  snapshot: "canary",
  set: "created",
  delete: "done",
};

const environments: Environment[] = [
  { name: "fine", spoil: async ({ session }) => session.env, expected: works },
  { name: "no D-Bus", spoil: async () => ({}), expected: refused("no-session-bus") },
  {
    name: "D-Bus without a service",
    spoil: async () => (await begin("none")).env,
    expected: refused("no-secret-service"),
  },
  {
    name: "service never answers",
    spoil: async ({ session }) => {
      session.stall();
      return session.env;
    },
    expected: refused("not-answering"),
  },
  {
    name: "locked, no prompter",
    spoil: async ({ session }) => {
      await session.lock();
      return session.env;
    },
    expected: refused("locked"),
  },
  {
    name: "prompt cancelled",
    spoil: async ({ session }) => {
      await session.lock();
      await session.answerPrompts("dismiss");
      return session.env;
    },
    asks: (store) => store.unlock(),
    expected: refused("prompt-dismissed"),
  },
  {
    name: "no default collection",
    spoil: async ({ session }) => {
      await callCollection(session.env, "org.freedesktop.Secret.Collection.Delete");
      return session.env;
    },
    expected: refused("no-default-collection"),
  },
  {
    name: "desktop name unset",
    spoil: async ({ session }) => ({
      ...session.env,
      XDG_CURRENT_DESKTOP: undefined,
      DESKTOP_SESSION: undefined,
    }),
    expected: works,
  },
  {
    name: "read-only home",
    spoil: async ({ session, folder }) => {
      await makeReadOnly(folder);
      return session.env;
    },
    expected: { ...works, set: "files.failed", delete: "files.failed" },
  },
];

async function begin(keyring: "unlocked" | "none"): Promise<TestSession> {
  const session = await startTestSession({ keyring });
  onTestFinished(() => session.stop());
  return session;
}

function openIn(folder: string, env: NodeJS.ProcessEnv): Promise<SecretStore> {
  const backends = [
    createKeychainBackend({ service: "latchkey", env: () => env }),
    createEnvFileBackend({ folder }),
  ];
  return openSecretStore({ folder, appId: "latchkey", backends, onAudit: async () => undefined });
}

async function callCollection(env: NodeJS.ProcessEnv, method: string): Promise<void> {
  const path = "/org/freedesktop/secrets/collection/login";
  const target = ["--dest", "org.freedesktop.secrets", "--object-path", path];
  await run("gdbus", ["call", "--session", ...target, "--method", method], { env });
}

/** Root may write whatever the modes say, so for root the folder is mounted read-only. */
async function makeReadOnly(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    await chmod(folder, 0o500);
    onTestFinished(() => chmod(folder, 0o700));
    return;
  }
  await run("mount", ["--bind", folder, folder]);
  onTestFinished(async () => void (await run("umount", ["--lazy", folder])));
  await run("mount", ["-o", "remount,bind,ro", folder]);
}

/** The sentence of an error that says what to do. */
function nextStepOf({ code, details }: AppError): string {
  return /\. (?:Nothing is lost\. )?(.+)$/.exec(messageOf(code, details))?.[1] ?? "";
}

/** What each operation answers, and how long the longest took. */
async function ask({
  spoil,
  asks,
}: Environment): Promise<{ answers: Answers; longestMs: number; next: string }> {
  const place = { session: await begin("unlocked"), folder: await makeFolder() };
  await using before = await openIn(place.folder, place.session.env);
  await before.set(key, "canary-kept");
  const env = await spoil(place);

  let longestMs = 0;
  let next = "";
  const answer = async (work: () => Promise<string>): Promise<string> => {
    const startedAt = performance.now();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      next ||= nextStepOf(error);
      const { reason } = error.details;
      if (error.code === "files.failed") return error.code;
      return String(reason ?? error.code.replace("secrets.", ""));
    } finally {
      longestMs = Math.max(longestMs, performance.now() - startedAt);
    }
  };
  let store = before;
  const status = await answer(async () => {
    store = await openIn(place.folder, env);
    await asks?.(store);
    const { storageBackend, reason, readable } = store.status();
    return `${storageBackend} ${reason}${readable ? "" : " waits"}`;
  });
  const answers: Answers = {
    status,
    list: await answer(async () => (await store.list())[0]?.state ?? "empty"),
    get: await answer(async () => ((await store.get(key)) === "canary-kept" ? "canary" : "absent")),
    snapshot: await answer(async () => {
      const { names, unreadable } = await store.snapshot();
      return names.length === 1 ? "canary" : unreadable.length === 1 ? "unreadable" : "empty";
    }),
    set: await answer(async () => (await store.set("provider.new.token", "canary-new")).change),
    delete: await answer(async () => store.delete(key).then(() => "done")),
  };
  if (store !== before) await store[Symbol.asyncDispose]();
  return { answers, longestMs, next };
}

test("nine environments by six operations: each answer is right, in time, and says what to do next", {
  timeout: 60_000,
}, async () => {
  const found = await Promise.all(environments.map(ask));
  const rows = environments.map(({ name, expected }, i) => {
    const { answers, longestMs = 0, next = "" } = found[i] ?? {};
    const right = operations.filter((operation) => answers?.[operation] === expected[operation]).length;
    return { environment: name, ...answers, right, "longest ms": Math.round(longestMs), next };
  });
  console.table(rows);
  expect(found.map(({ answers }) => answers)).toEqual(environments.map(({ expected }) => expected));
  expect(rows.reduce((sum, { right }) => sum + right, 0)).toBe(54);
  const steps = found.flatMap(({ next }) => next || []);
  expect([steps.length, new Set(steps).size]).toEqual([7, 7]);
  expect(Math.max(...found.map(({ longestMs }) => longestMs))).toBeLessThan(5_000);
});

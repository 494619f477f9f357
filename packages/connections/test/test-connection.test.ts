import { join } from "node:path";
import type { Check, CheckReport } from "@latchkey/api-contracts/connection-test";
import { ConnectionDraft } from "@latchkey/api-contracts/connections";
import { AppError } from "@latchkey/api-contracts/errors";
import { ExtensionId } from "@latchkey/api-contracts/ids";
import {
  createConnectionTest,
  createUsableConnections,
  openAccess,
  type TestTarget,
} from "@latchkey/connections";
import { expect, onTestFinished, test } from "vitest";
import { openConnections } from "./open-connections.ts";
import { createFakeClock } from "./support/fake-clock.ts";
import { serve, startModelServer } from "./support/servers.ts";

const ok: CheckReport = { outcome: "ok", steps: [], details: "" };
const saved = "canary-saved-value";
const typed = "canary-typed-value";
const enterAgain = "The saved secret is sent to the saved address only. Enter it again to try another one.";

type Run = { check: Check; env: Readonly<Record<string, string>> | "server"; audited: number };

/** Real connections, access and network. Where checks run is a labelled fake: it keeps what it was asked. */
async function openWorld() {
  const { store, providers, secrets, folder, audited } = await openConnections();
  const usable = createUsableConnections({ store, providers, secrets });
  const log = { isBroken: false };
  async function append(entry: (typeof audited)[number]): Promise<void> {
    if (log.isBroken) throw new AppError("audit.failed", { reason: "ENOSPC" });
    audited.push(entry);
  }
  const access = await openAccess({
    path: join(folder, "consents.json"),
    connections: usable,
    secrets: usable,
    requesters: { find: async () => undefined },
    window: { open() {}, focus() {}, close() {} },
    append,
    clock: createFakeClock(),
    onTrouble: () => undefined,
  });
  onTestFinished(() => access[Symbol.asyncDispose]());
  const runs: Run[] = [];
  const testConnection = createConnectionTest({
    providers,
    usable,
    secrets,
    append,
    testHttp: access.testHttp,
    async runCheck(check) {
      runs.push({ check, env: "server", audited: audited.length });
      return ok;
    },
    async runDraftCheck(check, env) {
      runs.push({ check, env, audited: audited.length });
      return ok;
    },
  });
  return {
    providers,
    secrets,
    audited,
    runs,
    log,
    tested: (target: TestTarget) => testConnection(target, new AbortController().signal),
    save: async (id: string, fields: object, values: object = {}) => {
      const wanted = {
        ...draft(id, fields, values),
        scope: "user",
        displayName: "Mine",
        aliases: [],
      } as const;
      const { connection } = await store.create(wanted);
      return connection.id;
    },
    disable: async (id: Awaited<ReturnType<typeof store.get>>["id"]) =>
      store.update({ id, revision: (await store.get(id)).revision }, { isDisabled: true }),
  };
}

function draft(id: string, fields: object, values: object = {}, of?: ConnectionDraft["id"]): ConnectionDraft {
  return ConnectionDraft.parse({ providerId: id, fields, secrets: values, id: of });
}

const sftp = { host: "files.example.com", username: "ada" };
const text = (name: string) => ({ name, type: "string", title: name, required: true });
const uses = (field: string) => ({ usedSecrets: { [field]: "provider.shared.token" } });
const lastTest = (audited: readonly { action: string }[]) =>
  audited.findLast(({ action }) => action === "connection.test");

test("a model server is tried with what is saved, and with a form that was not", async () => {
  const { address } = await startModelServer(saved);
  const { save, tested } = await openWorld();
  const id = await save("openai-compatible", { "base-url": address }, { "api-key": saved });
  const reports = [
    await tested({ id }),
    await tested(draft("openai-compatible", { "base-url": address }, { "api-key": "canary-wrong" })),
    await tested(draft("openai-compatible", { "base-url": address }, { "api-key": saved })),
    await tested(draft("openai-compatible", { "base-url": address }, {}, id)),
    await tested(draft("openai-compatible", { "base-url": address })),
  ];
  expect(reports.map(({ outcome, cause }) => cause ?? outcome)).toEqual(["ok", "auth", "ok", "ok", "auth"]);
  expect(JSON.stringify(reports)).not.toContain("canary");
});

test("a choice of sign-in in a form sends the secret that it chooses, to the path that was typed", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const { tested } = await openWorld();
  const fields = { "base-url": server.address, auth: "header", header: "X-Token", "test-path": "/me" };
  const report = await tested(draft("http", fields, { key: typed }));
  expect([report.outcome, server.seen.map(({ url, headers }) => [url, headers["x-token"]])]).toEqual([
    "ok",
    [["/v1/me", typed]],
  ]);
});

test("what the server has is tried by the server, by the names of its variables", async () => {
  const { save, tested, runs, audited } = await openWorld();
  const id = await save("sftp", sftp, { password: saved });
  expect(await tested({ id })).toEqual(ok);
  expect(runs).toMatchObject([
    { env: "server", check: { kind: "sftp", request: { secrets: { password: "SFTP_MINE_PASSWORD" } } } },
  ]);
  expect(JSON.stringify(runs)).not.toContain("canary");
  expect(lastTest(audited)).toEqual({
    actor: "person",
    action: "connection.test",
    outcome: "done",
    keys: ["sftp.mine.password"],
    connectionId: id,
    connectionName: "Mine",
    providerId: "sftp",
    scope: "user",
    host: "files.example.com:22",
  });
  // It was written before the check ran.
  expect(runs[0]?.audited).toBe(audited.length);
});

test("a form is tried apart, with what was typed and no more; the request names it only", async () => {
  const { tested, runs, audited } = await openWorld();
  const secrets = { password: typed, passphrase: "canary-not-shown" };
  await tested(draft("sftp", sftp, secrets));
  expect(runs).toMatchObject([
    { env: { DRAFT_PASSWORD: typed }, check: { request: { secrets: { password: "DRAFT_PASSWORD" } } } },
  ]);
  expect(Object.keys(runs[0]?.env ?? {})).toEqual(["DRAFT_PASSWORD"]);
  expect(JSON.stringify(runs[0]?.check)).not.toContain("canary");
  expect(lastTest(audited)).toMatchObject({ keys: [], providerId: "sftp", host: "files.example.com:22" });
});

test("what was not typed is filled from what is saved, for the saved address alone", async () => {
  const { save, tested, runs, audited } = await openWorld();
  const id = await save("sftp", sftp, { password: saved });
  const hostKey = `ssh-ed25519 SHA256:${"a".repeat(43)}`;
  await tested(draft("sftp", { ...sftp, "host-key": hostKey }, {}, id));
  expect(runs.map(({ env }) => env)).toEqual([{ DRAFT_PASSWORD: saved }]);
  expect(lastTest(audited)).toMatchObject({ keys: ["sftp.mine.password"], connectionId: id });
  const elsewhere = { ...sftp, host: "evil.example.com" };
  expect(await tested(draft("sftp", elsewhere, {}, id))).toMatchObject({
    outcome: "failed",
    details: enterAgain,
  });
  expect(runs).toHaveLength(1);
  await tested(draft("sftp", elsewhere, { password: typed }, id));
  expect(runs[1]?.env).toEqual({ DRAFT_PASSWORD: typed });
});

test("a form that uses another secret is tried with it, wherever it goes, and the log names it", async () => {
  const { tested, runs, audited, secrets } = await openWorld();
  await secrets.set("provider.shared.token", saved);
  const { address, seen } = await serve((_, response) => response.end("{}"));
  await tested(ConnectionDraft.parse({ ...draft("sftp", sftp), ...uses("password") }));
  expect(runs.map(({ env }) => env)).toEqual([{ DRAFT_PASSWORD: saved }]);
  expect(lastTest(audited)).toMatchObject({ keys: ["provider.shared.token"] });
  await tested(
    ConnectionDraft.parse({ ...draft("openai-compatible", { "base-url": address }), ...uses("api-key") }),
  );
  expect(seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${saved}`]);
  expect(lastTest(audited)).toMatchObject({
    keys: ["provider.shared.token"],
    providerId: "openai-compatible",
  });
});

test("a saved secret that the form takes away is not tried", async () => {
  const { save, tested, runs } = await openWorld();
  const id = await save("mcp-http", { url: "https://mcp.example.com/mcp" }, { token: saved });
  const form = draft("mcp-http", { url: "https://mcp.example.com/mcp" }, {}, id);
  await tested(form);
  await tested(ConnectionDraft.parse({ ...form, removedSecrets: ["token"] }));
  expect(runs.map(({ env }) => env)).toEqual([{ DRAFT_TOKEN: saved }, {}]);
});

test("a program that is another one gets no saved secret", async () => {
  const { save, tested, runs } = await openWorld();
  const fields = { command: "npx", args: ["-y", "good"], "token-variable": "TOKEN" };
  const id = await save("mcp-stdio", fields, { token: saved });
  const reports = [
    await tested(draft("mcp-stdio", { ...fields, args: ["-y", "evil"] }, {}, id)),
    await tested(draft("mcp-stdio", { ...fields, command: "evil" }, {}, id)),
    await tested(draft("mcp-stdio", { ...fields, variables: { NODE_OPTIONS: "--require=evil" } }, {}, id)),
    // A form of another provider does not get at it either.
    await tested(draft("mcp-http", { url: "https://evil.example.com" }, {}, id)),
  ];
  expect(reports.map(({ outcome, details }) => [outcome, details])).toEqual([
    ["failed", enterAgain],
    ["failed", enterAgain],
    ["failed", enterAgain],
    ["ok", ""],
  ]);
  expect(runs.map(({ env }) => env)).toEqual([{}]);
});

test("what the broker alone may use is tried apart, and the server is not asked", async () => {
  const { save, tested, runs, providers } = await openWorld();
  providers.contribute({
    extensionId: ExtensionId.parse("acme.tools"),
    publisher: "acme",
    isVerified: false,
    definitions: [
      {
        version: 1,
        id: "acme",
        title: "Acme",
        group: "files",
        icon: "files",
        namespace: "provider",
        fields: [text("host"), text("username"), { ...text("password"), type: "secret" }],
        deliver: "broker",
        test: { kind: "sftp" },
      },
    ],
  });
  await tested({ id: await save("acme", sftp, { password: saved }) });
  expect(runs.map(({ check, env }) => [check.kind, env])).toEqual([["sftp", { DRAFT_PASSWORD: saved }]]);
});

test("nothing runs while the log cannot be written", async () => {
  const { save, tested, runs, log } = await openWorld();
  const id = await save("sftp", sftp, { password: saved });
  log.isBroken = true;
  const reports = [await tested({ id }), await tested(draft("sftp", sftp, { password: typed }))];
  expect([reports.map(({ outcome, cause }) => [outcome, cause]), runs]).toEqual([
    [
      ["failed", "internal"],
      ["failed", "internal"],
    ],
    [],
  ]);
});

test("a provider without a test says so, and what cannot be tried says why", async () => {
  const { save, tested, runs, providers, disable } = await openWorld();
  providers.contribute({
    extensionId: ExtensionId.parse("acme.tools"),
    publisher: "acme",
    isVerified: false,
    definitions: [
      {
        version: 1,
        id: "acme",
        title: "Acme",
        group: "web",
        icon: "web",
        namespace: "provider",
        fields: [],
        deliver: "broker",
        test: { noTest: "Acme tells nobody." },
      },
    ],
  });
  const off = await save("sftp", sftp, { password: saved });
  await disable(off);
  const reports = [
    await tested({ id: await save("acme", {}) }),
    await tested(draft("acme", {})),
    await tested({ id: off }),
    await tested(draft("nobody", {})),
    await tested(draft("sftp", { ...sftp, host: "not a host" }, { password: typed })),
  ];
  expect(reports.map(({ outcome, cause, details }) => [outcome, cause, details])).toEqual([
    ["no-test", "no_test", ""],
    ["no-test", "no_test", ""],
    ["failed", "internal", "The connection cannot be used as it is saved."],
    [
      "failed",
      "internal",
      "There is no provider nobody. Choose one of the list, or turn on the extension that brings it.",
    ],
    ["failed", "internal", "The form cannot be tried yet: look at host."],
  ]);
  expect(runs).toEqual([]);
});

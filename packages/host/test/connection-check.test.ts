import { EventEmitter, once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import type { Check } from "@latchkey/api-contracts/connection-test";
import {
  createNodeLauncher,
  createSupervisor,
  type Launcher,
  type ServerProcess,
} from "@latchkey/supervisor";
import { expect, onTestFinished, test } from "vitest";
import { runDraftCheck, runServerCheck } from "../src/connection-check.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const realServer = pathOf("../../../apps/server/src/main.ts");
const parentEnv = { PATH: process.env["PATH"] ?? "" };
const name = "MCP_SYSTEM_DRAFT_TOKEN";
const never = new AbortController().signal;

/** The launcher of a real server program that remembers what it was asked to launch, and the processes. */
function rememberingLauncher(program = realServer) {
  const real = createNodeLauncher({ command: process.execPath, args: [program] });
  const launched: { env: Readonly<Record<string, string>>; process: ServerProcess }[] = [];
  const launcher: Launcher = {
    ...real,
    launch(options) {
      const process = real.launch(options);
      launched.push({ env: options.env, process });
      return process;
    },
  };
  return { launcher, launched };
}

function mcpCheck(...args: string[]): Check {
  const request = {
    command: process.execPath,
    args: [pathOf("fixtures/tell-tale.mjs"), ...args],
    secrets: { TOKEN: name },
  };
  return { kind: "mcp-stdio", request };
}

/** Accepts connections and never answers. */
async function listenInSilence() {
  const connections = new EventEmitter();
  const listener = createServer((socket) => connections.emit("connection", socket.resume()));
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  onTestFinished(() => void listener.close());
  const { port } = listener.address() as AddressInfo;
  const check: Check = {
    kind: "sftp",
    request: {
      host: "127.0.0.1",
      port,
      username: "tester",
      hostKey: null,
      secrets: { password: name },
      timeoutMs: 60_000,
    },
  };
  return { check, connected: once(connections, "connection") as Promise<[Socket]> };
}

test("a draft is checked in a process of its own, which has its values and no other, and ends with it", async () => {
  const { launcher, launched } = rememberingLauncher();
  const env = { [name]: "canary-draft-1" };
  const report = await runDraftCheck({ launcher, env, check: mcpCheck(), signal: never, parentEnv });
  expect(report).toMatchObject({
    outcome: "ok",
    tools: expect.arrayContaining(["PATH", "TOKEN", "[redacted]"]),
  });
  expect(JSON.stringify(report)).not.toContain("canary");
  const [checker] = launched;
  const own = Object.keys(checker?.env ?? {}).filter((variable) => !variable.startsWith("LATCHKEY_SERVER_"));
  expect([launched.length, own]).toEqual([1, ["PATH", name]]);
  expect(await checker?.process.exited).toEqual({ code: 0, signal: null });
});

test("two drafts that are checked at one time know nothing of each other", async () => {
  const { launcher, launched } = rememberingLauncher();
  const reports = await Promise.all(
    ["canary-draft-1", "canary-draft-2"].map((value) =>
      runDraftCheck({ launcher, env: { [name]: value }, check: mcpCheck(), signal: never, parentEnv }),
    ),
  );
  const parents = reports.map(({ tools }) => tools?.find((tool) => tool.startsWith("parent-")));
  expect(new Set(parents).size).toBe(2);
  expect(launched.map(({ env }) => env[name])).toEqual(["canary-draft-1", "canary-draft-2"]);
});

test("a value of a draft is in no argument and in no request", async () => {
  const { launcher, launched } = rememberingLauncher();
  const check = mcpCheck();
  const report = await runDraftCheck({
    launcher,
    env: { [name]: "canary-draft-3" },
    check,
    signal: never,
    parentEnv,
  });
  expect(report.outcome).toBe("ok");
  expect(JSON.stringify(check)).not.toContain("canary");
  expect(Object.entries(launched[0]?.env ?? {}).filter(([, value]) => value.includes("canary"))).toEqual([
    [name, "canary-draft-3"],
  ]);
});

test("a draft that is cancelled is told at once, and its process and connection go", async () => {
  const { launcher, launched } = rememberingLauncher();
  const { check, connected } = await listenInSilence();
  const cancel = new AbortController();
  const answer = runDraftCheck({
    launcher,
    env: { [name]: "canary-1" },
    check,
    signal: cancel.signal,
    parentEnv,
  });
  const [socket] = await connected;
  const closed = once(socket, "close");
  cancel.abort();
  expect(await answer).toEqual({ outcome: "cancelled", cause: "cancelled", steps: [], details: "" });
  await closed;
  await launched[0]?.process.exited;
});

test("a draft that is cancelled before its process has started is told at once", async () => {
  const { launcher, launched } = rememberingLauncher(
    pathOf("../../supervisor/test/fixtures/misbehaving-server.mjs"),
  );
  const cancel = new AbortController();
  const answer = runDraftCheck({ launcher, env: {}, check: mcpCheck(), signal: cancel.signal, parentEnv });
  cancel.abort();
  expect((await answer).outcome).toBe("cancelled");
  await launched[0]?.process.exited;
});

test("a checker that cannot start, and a secret that is not there, are told as ours", async () => {
  const broken = rememberingLauncher("/nowhere/server.js").launcher;
  const reports = [
    await runDraftCheck({
      launcher: broken,
      env: { [name]: "canary-1" },
      check: mcpCheck(),
      signal: never,
      parentEnv,
    }),
    await runDraftCheck({ ...rememberingLauncher(), env: {}, check: mcpCheck(), signal: never, parentEnv }),
    await runDraftCheck({
      ...rememberingLauncher(),
      env: { PATH: "/x" },
      check: mcpCheck(),
      signal: never,
      parentEnv,
    }),
  ];
  expect(reports.map(({ outcome, cause }) => [outcome, cause])).toEqual([
    ["failed", "internal"],
    ["failed", "internal"],
    ["failed", "internal"],
  ]);
  expect(reports[1]?.details).toContain("secrets.TOKEN");
});

async function startSupervised(value: string) {
  const { launcher } = rememberingLauncher();
  const supervisor = createSupervisor({
    launcher,
    redact: (line) => line,
    onAudit: () => undefined,
    parentEnv,
  });
  onTestFinished(() => supervisor[Symbol.asyncDispose]());
  await supervisor.apply({ env: { [name]: value }, reason: { kind: "app-start", keys: [] } });
  return supervisor;
}

test("saved values are checked in the server process that has them", async () => {
  const supervisor = await startSupervised("canary-saved");
  const report = await runServerCheck({
    supervisor,
    check: mcpCheck(),
    signal: never,
    redact: (text) => text,
  });
  expect(report).toMatchObject({ outcome: "ok", tools: expect.arrayContaining(["TOKEN", "[redacted]"]) });
  expect(supervisor.state()).toMatchObject({ phase: "healthy", generation: 1 });
});

test("a check of saved values that is cancelled lets go, and the server serves on", async () => {
  const supervisor = await startSupervised("canary-saved");
  const { check, connected } = await listenInSilence();
  const cancel = new AbortController();
  const answer = runServerCheck({ supervisor, check, signal: cancel.signal, redact: (text) => text });
  const [socket] = await connected;
  const closed = once(socket, "close");
  cancel.abort();
  expect((await answer).outcome).toBe("cancelled");
  await closed;
  expect((await supervisor.request("/v1/environment")).status).toBe(200);
});

test("a server that is stopped is told as ours", async () => {
  const supervisor = await startSupervised("canary-saved");
  await supervisor.stop({ kind: "person", keys: [] });
  const report = await runServerCheck({
    supervisor,
    check: mcpCheck(),
    signal: never,
    redact: (text) => text,
  });
  expect(report).toMatchObject({ outcome: "failed", cause: "internal", steps: [] });
});

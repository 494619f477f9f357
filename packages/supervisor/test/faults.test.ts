import { expect, test } from "vitest";
import { createNodeLauncher } from "../src/index.ts";
import { appStart, changed, misbehavingServer, stateWhere, supervise } from "./supervise.ts";

const quick = { backoffMs: 5, startPollMs: 5, healthIntervalMs: 5 };

test("a server that crashes at every start has failed after five, and a change tries anew", async () => {
  const { supervisor, audit } = supervise(misbehavingServer, { limits: quick });
  const env = { FIXTURE_FAULT: "crashes", FIXTURE_PRINTS: "cannot open the canary-free file" };
  const outcome = supervisor.apply({ env, reason: appStart });
  const state = await stateWhere(supervisor, ({ phase }) => phase === "failed");
  expect(await outcome).toMatchObject({
    status: "unhealthy",
    reason: { kind: "crashed" },
    logTail: [env.FIXTURE_PRINTS],
  });
  expect(state).toMatchObject({ generation: 5, startCount: 5, lastExit: { code: 3 }, nextTryAt: null });
  expect(state.logTail).toEqual(Array(5).fill(env.FIXTURE_PRINTS));
  const exits = audit.filter(({ action }) => action === "server.exit");
  expect(exits.map(({ outcome, exitCode, reason }) => [outcome, exitCode, reason])).toEqual(
    Array.from({ length: 5 }, () => ["failed", 3, "crashed"]),
  );
  await supervisor.apply({ env: {}, reason: changed });
  expect(supervisor.state()).toMatchObject({ phase: "healthy", generation: 6, startCount: 1 });
});

test.each([
  ["that is never ready", "never-ready"],
  ["whose answers have the nonce of another", "impostor"],
])("a server %s is ended and reported", async (_, fault) => {
  const limits = { ...quick, readyMs: 300, startLimit: { count: 1, withinMs: 10_000 } };
  const { supervisor } = supervise(misbehavingServer, { limits });
  expect(await supervisor.apply({ env: { FIXTURE_FAULT: fault }, reason: appStart })).toMatchObject({
    status: "unhealthy",
    reason: { kind: "not-ready" },
  });
  expect(supervisor.state()).toMatchObject({ phase: "failed", reason: { kind: "not-ready" } });
});

test("a server that turns unhealthy is replaced", async () => {
  const { supervisor } = supervise(misbehavingServer, { limits: quick });
  await supervisor.apply({ env: { FIXTURE_FAULT: "goes-bad" }, reason: appStart });
  const unhealthy = await stateWhere(supervisor, ({ phase }) => phase === "unhealthy");
  expect([unhealthy.reason.kind, supervisor.isRestarting()]).toEqual(["not-healthy", true]);
  const next = await stateWhere(
    supervisor,
    ({ phase, generation }) => phase === "healthy" && generation === 2,
  );
  expect(next.startCount).toBe(2);
});

test("a program that is not there has failed after its tries", async () => {
  const launcher = createNodeLauncher({ command: "/nowhere/server", args: [] });
  const { supervisor } = supervise("", { launcher, limits: quick });
  const change = supervisor.apply({ env: { PROVIDER_A_KEY: "canary-a" }, reason: appStart });
  expect(await change).toMatchObject({ status: "unhealthy", reason: { kind: "crashed" } });
  const state = await stateWhere(supervisor, ({ phase }) => phase === "failed");
  expect(state.lastExit).toMatchObject({ generation: 5, code: null, signal: null });
});

test("a value that no environment can hold makes a failed start that does not tell the value", async () => {
  const { supervisor } = supervise(misbehavingServer, { limits: quick });
  const change = supervisor.apply({ env: { PROVIDER_A_KEY: "canary\0nul" }, reason: appStart });
  const outcome = await change;
  expect([outcome.status, JSON.stringify([outcome, supervisor.state()]).includes("canary")]).toEqual([
    "unhealthy",
    false,
  ]);
});

test("lines are redacted before anyone sees them, the token of the generation too", async () => {
  const lines: string[] = [];
  const { supervisor } = supervise(misbehavingServer, {
    redact: (line) => line.replaceAll("canary-printed", "[secret]"),
    onLogLine: ({ text }) => lines.push(text),
  });
  const env = { FIXTURE_FAULT: "prints-token", FIXTURE_PRINTS: "key is canary-printed" };
  await supervisor.apply({ env, reason: appStart });
  const { logTail } = await stateWhere(supervisor, (state) => state.logTail.length === 2);
  expect(logTail.toSorted()).toEqual(["key is [secret]", "token [token]"]);
  expect(lines.toSorted()).toEqual(logTail.toSorted());
});

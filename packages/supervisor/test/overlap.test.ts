import { expect, onTestFinished, test, vi } from "vitest";
import { type Clock, openFront, systemClock } from "../src/index.ts";
import { isRunning } from "../src/process-tree.ts";
import { hammer } from "./hammer.ts";
import { createHeldClock } from "./held-clock.ts";
import {
  appStart,
  byPerson,
  changed,
  misbehavingServer,
  realServer,
  startEnvOf,
  stateWhere,
  supervise,
  treeOf,
} from "./supervise.ts";

const quick = { backoffMs: 5, startPollMs: 5 };
const fine = { PROVIDER_A_KEY: "canary-fine" };

async function frontOf(supervisor: Parameters<typeof openFront>[0]["supervisor"]) {
  const front = await openFront({ supervisor });
  onTestFinished(() => front[Symbol.asyncDispose]());
  return front;
}

test("changes under two clients that keep their connections lose no request", async () => {
  const { supervisor, pids } = supervise(realServer);
  await supervisor.apply({ env: { PROVIDER_A_KEY: "canary-0" }, reason: appStart });
  const front = await frontOf(supervisor);
  const clients = hammer({ ...front, clients: 2 });
  for (let change = 1; change <= 3; change += 1) {
    const env = { PROVIDER_A_KEY: `canary-${change}` };
    const outcome = await supervisor.apply({ env, fallback: { env: fine }, reason: changed });
    expect(outcome).toMatchObject({ status: "applied", generation: change + 1 });
  }
  await clients.stop();
  expect(clients.failures).toEqual([]);
  expect(clients.answers).toBeGreaterThan(3);
  expect(startEnvOf(pids.at(-1))).toMatchObject({ PROVIDER_A_KEY: "canary-3" });
});

test.each([
  ["ends", "crashes", "crashed"],
  ["is never ready", "never-ready", "not-ready"],
])("a change whose server %s stays pending, and nobody notices", async (_, fault, reason) => {
  const { supervisor, pids } = supervise(misbehavingServer, { limits: { ...quick, readyMs: 3_000 } });
  await supervisor.apply({ env: fine, reason: appStart });
  const front = await frontOf(supervisor);
  const clients = hammer({ ...front, clients: 2, path: "/healthz" });
  const env = { FIXTURE_FAULT: fault, FIXTURE_PRINTS: "it is not accepted" };
  const outcome = await supervisor.apply({ env, fallback: { env: fine }, reason: changed });
  await clients.stop();
  expect(outcome).toMatchObject({
    status: "pending",
    reason: { kind: reason },
    logTail: ["it is not accepted"],
  });
  expect(clients.failures).toEqual([]);
  await stateWhere(supervisor, ({ phase }) => phase === "healthy");
  expect([supervisor.state().generation, startEnvOf(pids[0])["PROVIDER_A_KEY"]]).toEqual([1, "canary-fine"]);
  expect(await supervisor.apply({ env: fine, reason: changed })).toMatchObject({ status: "applied" });
  expect(supervisor.state().generation).toBe(1);
});

test("a removed secret leaves within the drain limit, also with a server that ignores signals and no successor", async () => {
  const limits = { ...quick, drainMs: 300, graceMs: 150, readyMs: 5_000 };
  const { supervisor, pids } = supervise(misbehavingServer, { limits });
  await supervisor.apply({
    env: { FIXTURE_FAULT: "stubborn", PROVIDER_A_KEY: "canary-gone" },
    reason: appStart,
  });
  const tree = await vi.waitFor(
    () => {
      const found = treeOf(pids[0]);
      expect(found.length).toBe(7);
      return found;
    },
    { timeout: 10_000 },
  );
  const removal = supervisor.apply({ env: { FIXTURE_FAULT: "never-ready" }, reason: changed });
  await vi.waitFor(() => expect(tree.filter(isRunning)).toEqual([]), { interval: 10, timeout: 1_000 });
  expect(supervisor.state().phase).toBe("starting");
  await supervisor.stop(byPerson);
  expect((await removal).status).toBe("stopped");
});

test("a request under way when the switch comes ends with its own generation", async () => {
  const { supervisor, pids } = supervise(misbehavingServer);
  await supervisor.apply({ env: fine, reason: appStart });
  const front = await frontOf(supervisor);
  const slow = fetch(`http://127.0.0.1:${front.port}/slow`, {
    headers: { authorization: `Bearer ${front.token}` },
  });
  await vi.waitFor(async () => expect(await (await supervisor.request("/waiting")).text()).toBe("1"));
  await supervisor.apply({
    env: { PROVIDER_A_KEY: "canary-next" },
    fallback: { env: fine },
    reason: changed,
  });
  expect(supervisor.state()).toMatchObject({ phase: "draining", generation: 2 });
  process.kill(pids[0] ?? 0, "SIGUSR2");
  expect(await (await slow).text()).toBe("generation 1");
  await stateWhere(supervisor, ({ phase }) => phase === "healthy");
});

test("a thousand edits in one second make at most two further generations, and the last one wins", async () => {
  const clock = createHeldClock();
  const { supervisor, pids } = supervise(realServer, { clock });
  await supervisor.apply({ env: fine, reason: appStart });
  const edits: Promise<unknown>[] = [];
  clock.hold();
  while (edits.length < 1_000) {
    const env = { PROVIDER_A_KEY: `canary-${edits.length}` };
    edits.push(supervisor.apply({ env, fallback: { env: fine }, reason: changed }));
    clock.advance(1);
    await new Promise(setImmediate);
  }
  clock.run();
  await Promise.all(edits);
  const { generation } = supervisor.state();
  process.stdout.write(`1,000 edits in a second: ${generation - 1} further generations\n`);
  expect(generation).toBeLessThanOrEqual(3);
  expect(startEnvOf(pids.at(-1))).toMatchObject({ PROVIDER_A_KEY: "canary-999" });
});

test("a server that owns its port is replaced, and a client waits for its successor", async () => {
  const port = 20_000 + (process.pid % 10_000);
  const { supervisor } = supervise(realServer, { restart: "replace", port });
  await supervisor.apply({ env: fine, reason: appStart });
  const front = await frontOf(supervisor);
  const clients = hammer({ ...front, clients: 1 });
  const outcome = await supervisor.apply({ env: {}, reason: changed });
  await clients.stop();
  expect([outcome.status, supervisor.state().port, clients.failures]).toEqual(["applied", port, []]);
});

test("a server that someone paused for a while is not restarted", async () => {
  const limits = { healthIntervalMs: 5, probeTimeoutMs: 500, maxMisses: 2 };
  let timers = 0;
  const clock: Clock = {
    ...systemClock,
    setTimer(delayMs, callback) {
      timers += 1;
      return systemClock.setTimer(delayMs, callback);
    },
  };
  const { supervisor, pids } = supervise(misbehavingServer, { limits, clock });
  await supervisor.apply({ env: fine, reason: appStart });
  process.kill(pids[0] ?? 0, "SIGSTOP");
  const before = timers;
  await vi.waitFor(() => expect(timers).toBeGreaterThan(before + 8), { timeout: 20_000 });
  process.kill(pids[0] ?? 0, "SIGCONT");
  expect((await supervisor.request("/healthz")).status).toBe(200);
  expect(supervisor.state()).toMatchObject({ phase: "healthy", generation: 1 });
});

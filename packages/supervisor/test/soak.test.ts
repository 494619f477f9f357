import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { openFront } from "../src/index.ts";
import { findMarked } from "../src/process-marks.ts";
import { findDescendants, identifyProcess, isRunning, type ProcessIdentity } from "../src/process-tree.ts";
import { hammer } from "./hammer.ts";
import {
  appStart,
  changed,
  misbehavingServer,
  realServer,
  startEnvOf,
  stateWhere,
  supervise,
} from "./supervise.ts";

/** A short share runs with every test run; `LATCHKEY_SOAK=long` or `full` runs the numbers that are published. */
const rounds = {
  short: { changes: 10, badValues: 5, serverKills: 3, parentKills: 2 },
  long: { changes: 200, badValues: 100, serverKills: 100, parentKills: 100 },
  full: { changes: 1_000, badValues: 500, serverKills: 500, parentKills: 500 },
}[process.env["LATCHKEY_SOAK"] ?? "short"] ?? { changes: 0, badValues: 0, serverKills: 0, parentKills: 0 };

const TIMEOUT_MS = 1_200_000;
const say = (text: string) => void process.stdout.write(`${text}\n`);

/** None of these is left, two seconds later at the latest. */
const allGone = (processes: readonly ProcessIdentity[]) =>
  vi.waitFor(() => expect(processes.filter(isRunning)).toEqual([]), { interval: 5, timeout: 2_000 });

async function isFree(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const outcome = await Promise.race([
    once(socket, "connect").then(() => false),
    once(socket, "error").then(() => true),
  ]).catch(() => true);
  socket.destroy();
  return outcome;
}

/** The system takes a socket away with the last thread of its process. */
const freed = (port: number) =>
  vi.waitFor(async () => expect(await isFree(port)).toBe(true), { interval: 5, timeout: 2_000 });

test(
  `${rounds.changes} changes under two clients at full speed: no failed request`,
  async () => {
    const { supervisor } = supervise(realServer);
    await supervisor.apply({ env: { PROVIDER_A_KEY: "canary-0" }, reason: appStart });
    const front = await openFront({ supervisor });
    onTestFinished(() => front[Symbol.asyncDispose]());
    const clients = hammer({ ...front, clients: 2 });
    for (let change = 1; change <= rounds.changes; change += 1) {
      const env = { PROVIDER_A_KEY: `canary-${change}` };
      const fallback = { env: { PROVIDER_A_KEY: `canary-${change - 1}` } };
      expect((await supervisor.apply({ env, fallback, reason: changed })).status).toBe("applied");
    }
    await clients.stop();
    say(`${rounds.changes} changes: ${clients.answers} answers, ${clients.failures.length} failed requests`);
    expect(clients.failures).toEqual([]);
  },
  TIMEOUT_MS,
);

test(
  `${rounds.badValues} bad values: all are left pending, and the server is up throughout`,
  async () => {
    const fine = { PROVIDER_A_KEY: "canary-fine" };
    const { supervisor, pids } = supervise(misbehavingServer);
    await supervisor.apply({ env: fine, reason: appStart });
    const front = await openFront({ supervisor });
    onTestFinished(() => front[Symbol.asyncDispose]());
    const clients = hammer({ ...front, clients: 2, path: "/healthz" });
    let pending = 0;
    for (let change = 1; change <= rounds.badValues; change += 1) {
      const env = { FIXTURE_FAULT: "crashes", PROVIDER_A_KEY: `canary-bad-${change}` };
      const outcome = await supervisor.apply({ env, fallback: { env: fine }, reason: changed });
      if (outcome.status === "pending") pending += 1;
    }
    await clients.stop();
    say(
      `${rounds.badValues} bad values: ${pending} left pending, ${clients.failures.length} failed requests`,
    );
    expect([pending, clients.failures]).toEqual([rounds.badValues, []]);
    expect(startEnvOf(pids[0])).toMatchObject(fine);
    expect(supervisor.state()).toMatchObject({ phase: "healthy", generation: 1 });
  },
  TIMEOUT_MS,
);

test(
  `${rounds.serverKills} times kill -9 of the server: it comes back, its port is free, nothing is left`,
  async () => {
    const limits = { backoffMs: 5, startLimit: { count: 5, withinMs: 50 } };
    const { supervisor, pids } = supervise(misbehavingServer, { limits });
    await supervisor.apply({ env: { FIXTURE_FAULT: "leaves-child" }, reason: appStart });
    for (let kill = 1; kill <= rounds.serverKills; kill += 1) {
      // It has been healthy for long enough to earn a fresh count.
      await stateWhere(supervisor, ({ phase, startCount }) => phase === "healthy" && startCount === 1);
      const { port, generation } = supervisor.state();
      const root = identifyProcess(pids.at(-1) ?? 0);
      const family = root ? [root, ...findDescendants([root])] : [];
      expect(family.length).toBe(2);
      process.kill(family[0]?.pid ?? 0, "SIGKILL");
      await stateWhere(
        supervisor,
        (state) => state.phase === "healthy" && state.generation === generation + 1,
      );
      await allGone(family);
      await freed(port ?? 0);
    }
    say(`${rounds.serverKills} kills of the server: 0 orphans, ${rounds.serverKills} next starts`);
  },
  TIMEOUT_MS,
);

test(
  `${rounds.parentKills} times kill -9 of the supervising program: nothing is left, and the next one starts`,
  async () => {
    const parentProgram = fileURLToPath(new URL("fixtures/parent.ts", import.meta.url));
    for (let kill = 1; kill <= rounds.parentKills; kill += 1) {
      const program = kill % 2 === 0 ? realServer : misbehavingServer;
      const env = { ...process.env, FIXTURE_FAULT: "stubborn-alone" };
      const parent = spawn(process.execPath, [parentProgram, program], {
        env,
        stdio: ["ignore", "pipe", "inherit"],
      });
      let output = "";
      parent.stdout.on("data", (chunk: Buffer) => (output += String(chunk)));
      while (!output.includes('"healthy"')) await once(parent.stdout, "data");
      const { pids, port } = JSON.parse(output.trim().split("\n").at(-1) ?? "") as {
        pids: number[];
        port: number;
      };
      const family = pids.map(identifyProcess).filter((identity) => identity !== undefined);
      const [server] = family;
      const nonce = startEnvOf(server?.pid)["LATCHKEY_SERVER_NONCE"] ?? "";
      parent.kill("SIGKILL");
      await allGone(family);
      expect(findMarked(nonce)).toEqual([]);
      await freed(port);
    }
    say(`${rounds.parentKills} kills of the supervising program: 0 orphans, ports free`);
  },
  TIMEOUT_MS,
);

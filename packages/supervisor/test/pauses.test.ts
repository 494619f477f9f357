import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ServerState } from "@latchkey/api-contracts/desktop";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Limits } from "../src/index.ts";
import { misbehavingServer, startEnvOf, treeOf } from "./supervise.ts";

const parentProgram = fileURLToPath(new URL("fixtures/hasty-parent.ts", import.meta.url));

/** Longer than any limit of these tests: that so much time passes is what is tested, not waited for. */
const PAUSE_MS = 2_500;

const isServer = ({ pid }: { pid: number }) => "LATCHKEY_SERVER_GENERATION" in startEnvOf(pid);

/** A supervising program that is paused and woken by signals, as a machine that sleeps does to it. */
function startParent(limits: Partial<Limits>, fault = "") {
  const parent = spawn(process.execPath, [parentProgram, misbehavingServer, JSON.stringify(limits)], {
    env: { ...process.env, FIXTURE_FAULT: fault },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void parent.kill("SIGKILL"));
  const states: ServerState[] = [];
  createInterface(parent.stdout).on("line", (line) => states.push(JSON.parse(line)));
  return {
    states,
    /** Resolves with the process of the server, once there is one. */
    server: () =>
      vi.waitFor(
        () => {
          const server = treeOf(parent.pid).find(isServer);
          if (!server) throw new Error("there is no server yet");
          return server.pid;
        },
        { timeout: 10_000 },
      ),
    phase: (phase: ServerState["phase"]) =>
      vi.waitFor(() => expect(states.at(-1)?.phase).toBe(phase), { timeout: 10_000 }),
    async sleepAndWake(): Promise<void> {
      parent.kill("SIGSTOP");
      await pause(PAUSE_MS);
      parent.kill("SIGCONT");
    },
  };
}

test("a supervising process that was paused, SIGSTOP to SIGCONT, restarts nothing when it wakes", async () => {
  const parent = startParent({ healthIntervalMs: 20, probeTimeoutMs: 1_000 });
  await parent.phase("healthy");
  const { port } = parent.states.at(-1) ?? {};
  const pid = await parent.server();
  const asked = async () => Number(await (await fetch(`http://127.0.0.1:${port}/asked`)).text());
  await parent.sleepAndWake();
  const before = await asked();
  await vi.waitFor(async () => expect(await asked()).toBeGreaterThan(before + 10), { timeout: 10_000 });
  expect(parent.states.at(-1)).toMatchObject({ phase: "healthy", generation: 1 });
  expect([await parent.server(), Math.max(...parent.states.map(({ generation }) => generation))]).toEqual([
    pid,
    1,
  ]);
});

test.each([
  ["before it is ready", "ready-when-signalled"],
  ["before it has announced itself", "listens-when-signalled"],
])("a start is not late because the supervising process was paused, %s", async (_, fault) => {
  const parent = startParent({ readyMs: 2_000 }, fault);
  const pid = await parent.server();
  await parent.sleepAndWake();
  process.kill(pid, "SIGUSR2");
  await parent.phase("healthy");
  expect(parent.states.at(-1)).toMatchObject({ generation: 1, startCount: 1 });
});

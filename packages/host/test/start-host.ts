import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { DesktopState } from "@latchkey/api-contracts/desktop";
import { findDescendants, identifyProcess } from "@latchkey/supervisor";
import { expect, onTestFinished, vi } from "vitest";
import { FrontAddress } from "../src/front-file.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export const realServer = pathOf("../../../apps/server/src/main.ts");
export const choosyServer = pathOf("fixtures/choosy-server.mjs");

/** A person without a keychain, whose folders go with the test. */
export async function createPerson() {
  const folder = await mkdtemp(join(tmpdir(), "lk-host-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return {
    data: join(folder, "data", "latchkey"),
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      XDG_DATA_HOME: join(folder, "data"),
      XDG_CONFIG_HOME: join(folder, "config"),
      XDG_STATE_HOME: join(folder, "state"),
      XDG_CACHE_HOME: join(folder, "cache"),
    },
  };
}
type ProcessIdentity = { pid: number; startTime: string };
export type Person = Awaited<ReturnType<typeof createPerson>>;

/** The host as a program of its own, which ends with the test at the latest. */
export function startHost({ env, data }: Person, server: string) {
  const child: ChildProcess = spawn(process.execPath, [pathOf("fixtures/host-program.ts"), server], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  const looks = new Set<() => void>();
  let state: DesktopState | undefined;
  if (!child.stdout) throw new TypeError("the host has no output");
  createInterface(child.stdout).on("line", (line) => {
    state = JSON.parse(line);
    for (const look of looks) look();
  });

  /** Resolves with the first state, the last one told included, that is as wanted. */
  function stateWhere(isWanted: (state: DesktopState) => boolean): Promise<DesktopState> {
    return new Promise((resolve) => {
      const look = () => {
        if (!state || !isWanted(state)) return;
        looks.delete(look);
        resolve(state);
      };
      looks.add(look);
      look();
    });
  }
  return {
    stateWhere,
    healthy: () => stateWhere(({ server: { phase } }) => phase === "healthy"),
    /** Stores a value, and resolves with what became of it. */
    async save(key: string, value: string): Promise<DesktopState["change"]> {
      const applying = stateWhere(({ change }) => change?.status === "applying");
      child.stdin?.write(`${JSON.stringify({ key, value })}\n`);
      await applying;
      return (await stateWhere(({ change }) => change?.status !== "applying")).change;
    },
    front: async () =>
      FrontAddress.parse(JSON.parse(await readFile(join(data, "server-front.json"), "utf8"))),
    family: (): ProcessIdentity[] => {
      const self = identifyProcess(child.pid ?? 0);
      return self ? [self, ...findDescendants([self])] : [];
    },
    async end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
      child.kill(signal);
      await ended;
    },
  };
}

/** Reads a file of `/proc`; a process that is gone has none. */
function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}

const environmentOf = (pid: number) => readProc(`${pid}/environ`).split("\0");

/** One that has ended and waits to be reaped does not run. */
const isRunning = ({ pid, startTime }: ProcessIdentity) =>
  identifyProcess(pid)?.startTime === startTime && !/^State:\s+[ZX]/m.test(readProc(`${pid}/status`));

/** Whoever was started with one of these nonces, wherever it is now. */
function markedWith(nonces: readonly string[]): number[] {
  const marks = nonces.map((nonce) => `LATCHKEY_SERVER_NONCE=${nonce}`);
  const pids = readdirSync("/proc").map(Number).filter(Boolean);
  return pids.filter((pid) => environmentOf(pid).some((entry) => marks.includes(entry)));
}

/** The nonce and the mapped values of each server among these processes. */
export function serversAmong(family: readonly ProcessIdentity[]) {
  return family.flatMap(({ pid }) => {
    const entries = environmentOf(pid);
    const nonce = entries.find((entry) => entry.startsWith("LATCHKEY_SERVER_NONCE="))?.split("=")[1];
    return nonce ? [{ nonce, values: entries.filter((entry) => entry.startsWith("PROVIDER_")) }] : [];
  });
}

async function isFree(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const isClosed = await Promise.race([
    once(socket, "connect").then(() => false),
    once(socket, "error").then(() => true),
  ]).catch(() => true);
  socket.destroy();
  return isClosed;
}

/** Nothing of that run of the host is left, two seconds later at the latest, and its ports are free. */
export async function expectGone(
  family: readonly ProcessIdentity[],
  nonces: readonly string[],
  ports: readonly number[],
): Promise<void> {
  const left = () => [...family.filter(isRunning), ...markedWith(nonces)];
  await vi.waitFor(() => expect(left()).toEqual([]), { interval: 10, timeout: 2_000 });
  expect(await Promise.all(ports.map(isFree))).toEqual(ports.map(() => true));
}

/** Clients that ask as fast as answers come, each over a connection that it keeps, until they are stopped. */
export function askOnAndOn({ port, token }: FrontAddress, clients: number) {
  const headers = { authorization: `Bearer ${token}` };
  const end = new AbortController();
  const tally = { answers: 0, failures: [] as string[], stop };
  const running = Array.from({ length: clients }, async () => {
    while (!end.signal.aborted) await ask();
  });
  async function ask(): Promise<void> {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/v1/environment`, { headers });
      await response.arrayBuffer();
      if (response.ok) tally.answers += 1;
      else tally.failures.push(`status ${response.status}`);
    } catch (error) {
      tally.failures.push(String(error));
    }
  }
  async function stop(): Promise<void> {
    end.abort();
    await Promise.all(running);
  }
  return tally;
}

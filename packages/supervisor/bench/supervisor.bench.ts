import { execFile } from "node:child_process";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Bench, measureMs } from "@latchkey/bench";
import { createNodeLauncher, createSupervisor, openFront } from "../src/index.ts";
import { hammer } from "../test/hammer.ts";
import { openNodemon, openPm2 } from "./peers.ts";
import { bundleServer, spawnToHealthy, writeBareServer } from "./servers.ts";

const LATENCY_REQUESTS = 500;
const IDLE_MS = 3_000;
const CLIENTS = 2;

/** How many requests of two clients at full speed fail while the change is made. */
async function failuresDuring(port: number, token: string, change: () => Promise<void>): Promise<number> {
  const clients = hammer({ port, token, clients: CLIENTS, path: "/healthz" });
  await change();
  await clients.stop();
  return clients.failures.length;
}

/** The mean time of one answer over one kept connection. */
async function meanLatencyMs(port: number, token: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${token}` };
  const ask = () =>
    new Promise<void>((resolve, reject) => {
      const options = { host: "127.0.0.1", port, path: "/v1/environment", agent, headers };
      request(options, (response) => void response.resume().once("end", resolve))
        .once("error", reject)
        .end();
    });
  for (let count = 0; count < 50; count += 1) await ask();
  const elapsedMs = await measureMs(async () => {
    for (let count = 0; count < LATENCY_REQUESTS; count += 1) await ask();
  });
  agent.destroy();
  return elapsedMs / LATENCY_REQUESTS;
}

async function idle(program: string): Promise<{ percentOfCore: number; rssMb: number }> {
  const script = join(import.meta.dirname, "idle.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [script, program, String(IDLE_MS)]);
  const cost: { percentOfCore: number; rssMb: number } = JSON.parse(stdout);
  return cost;
}

export const bench: Bench = {
  rounds: 7,
  async open({ installPeer }) {
    const program = await bundleServer();
    const bare = await writeBareServer();
    const supervisor = createSupervisor({
      launcher: createNodeLauncher({ command: process.execPath, args: [program] }),
      redact: (line) => line,
      onAudit: () => undefined,
    });
    let value = 0;
    async function change(): Promise<void> {
      value += 1;
      const fallback = { env: { PROVIDER_BENCH_API_KEY: `canary-${value - 1}` } };
      const env = { PROVIDER_BENCH_API_KEY: `canary-${value}` };
      const { status } = await supervisor.apply({
        env,
        fallback,
        reason: { kind: "secrets-changed", keys: [] },
      });
      if (status !== "applied") throw new Error(`a change ended as ${status}`);
    }
    let [idleOurs, idleNode] = [await idle(program), await idle("")];
    await change();
    const front = await openFront({ supervisor });
    const pm2 = await openPm2(await installPeer("pm2@7.0.4"), program);
    const nodemon = await openNodemon(await installPeer("nodemon@3.1.14"), program);
    const peers = { "pm2 restart": pm2.restart, "pm2 reload": pm2.reload, nodemon };
    const byPeer = <T>(measure: (peer: (typeof peers)["nodemon"]) => T) =>
      Object.fromEntries(Object.entries(peers).map(([name, peer]) => [name, measure(peer)]));
    return {
      cases: [
        {
          name: "change to new generation healthy",
          unit: "ms",
          ours: () => measureMs(change),
          others: byPeer((peer) => () => measureMs(peer.change)),
          limit: () => measureMs(() => spawnToHealthy(program)),
        },
        {
          name: `failed requests of ${CLIENTS} clients in a change`,
          unit: "requests",
          ours: () => failuresDuring(front.port, front.token, change),
          others: byPeer((peer) => () => failuresDuring(peer.port, "", peer.change)),
        },
        {
          name: "server start to healthy, against bare node:http",
          unit: "ms",
          ours: () => measureMs(() => spawnToHealthy(program)),
          others: {},
          limit: () => measureMs(() => spawnToHealthy(bare)),
        },
        {
          name: "one answer through the front, against the server itself",
          unit: "ms",
          ours: () => meanLatencyMs(front.port, front.token),
          others: {},
          async limit() {
            const lease = await supervisor.lease(AbortSignal.timeout(5_000));
            const latencyMs = await meanLatencyMs(lease.port, lease.token);
            lease.release();
            return latencyMs;
          },
        },
        {
          name: "idle, supervisor and front, against an idle Node",
          unit: "% of a core",
          ours: async () => (idleOurs = await idle(program)).percentOfCore,
          others: {},
          limit: async () => (idleNode = await idle("")).percentOfCore,
        },
        {
          name: "memory, supervisor and front, against an idle Node",
          unit: "MB",
          // Of the same processes as the case before.
          ours: async () => idleOurs.rssMb,
          others: {},
          limit: async () => idleNode.rssMb,
        },
      ],
      async close() {
        await front[Symbol.asyncDispose]();
        await supervisor[Symbol.asyncDispose]();
        await nodemon.close();
        await pm2.close();
      },
    };
  },
};

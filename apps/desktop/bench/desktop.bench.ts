import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ServerAnnouncement } from "@latchkey/api-contracts/server";
import { ANNOUNCE_PREFIX, serverPaths } from "@latchkey/api-contracts/server-names";
import { type Bench, measureMs } from "@latchkey/bench";
import { _electron, type ElectronApplication, type Page } from "@playwright/test";
import { holdReady, openLatchkey } from "../e2e/support/latchkey.ts";
import { measureOpening } from "../e2e/support/opening.ts";
import { waitForHealthy } from "../e2e/support/screens.ts";

const SECRET_COUNT = 200;
const serverModule = join(import.meta.dirname, "../out/main/server.js");
const key = "provider.bench.api-key";

type Env = Readonly<Record<string, string>>;

/** The same environment with folders of its own, so that several apps run side by side. */
async function ownFolders(env: Env): Promise<{ env: Env; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "lk-bench-"));
  const own = Object.fromEntries(
    ["DATA", "CONFIG", "STATE", "CACHE"].map((name) => [
      `XDG_${name}_HOME`,
      join(folder, name.toLowerCase()),
    ]),
  );
  return { env: { ...env, ...own }, folder };
}

/** Saves a new value in the window and waits for the event of a healthy later generation. */
function saveToHealthy(page: Page): Promise<number> {
  return page.evaluate(
    async (request) => {
      const { server } = await window.latchkey.desktop.getState();
      const startedAt = performance.now();
      const healthy = new Promise<number>((resolve) => {
        const stop = window.latchkey.desktop.onStateChanged((state) => {
          if (state.server.phase !== "healthy" || state.server.generation <= server.generation) return;
          stop();
          resolve(performance.now() - startedAt);
        });
      });
      await window.latchkey.secrets.upsert(request);
      return healthy;
    },
    { key, value: `canary-${crypto.randomUUID()}` },
  );
}

function controlEnv(): Env {
  return {
    PATH: process.env["PATH"] ?? "",
    LATCHKEY_SERVER_GENERATION: "1",
    LATCHKEY_SERVER_TOKEN: randomBytes(32).toString("base64url"),
    LATCHKEY_SERVER_NONCE: randomBytes(16).toString("base64url"),
  };
}

/** Spawns the same server in Node, with no supervisor, and asks it until it is healthy. */
async function bareNodeToHealthy(): Promise<void> {
  const child = spawn(process.execPath, [serverModule], {
    env: controlEnv(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith(ANNOUNCE_PREFIX)) continue;
    const { port } = ServerAnnouncement.parse(JSON.parse(line.slice(ANNOUNCE_PREFIX.length)));
    await fetch(`http://127.0.0.1:${port}${serverPaths.health}`);
    break;
  }
  child.kill("SIGKILL");
}

/** Forks the same server in a bare utility process of the running Electron and asks it until it is healthy. */
function bareUtilityToHealthy(app: ElectronApplication): Promise<number> {
  return app.evaluate(
    async ({ utilityProcess }, { module, env, prefix, path }) => {
      const startedAt = performance.now();
      const child = utilityProcess.fork(module, [], { env, stdio: "pipe" });
      const line = await new Promise<string>((resolve) => {
        child.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString()));
      });
      const { port } = JSON.parse(line.slice(prefix.length)) as { port: number };
      // Chromium resolves no names in this app.
      await fetch(`http://127.0.0.1:${port}${path}`);
      const elapsedMs = performance.now() - startedAt;
      child.kill();
      return elapsedMs;
    },
    { module: serverModule, env: controlEnv(), prefix: ANNOUNCE_PREFIX, path: serverPaths.health },
  );
}

async function bareWindow(env: Env): Promise<void> {
  const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const app = await _electron.launch({
    executablePath: env["ELECTRON_EXEC_PATH"] ?? "",
    args: ["-r", holdReady, join(import.meta.dirname, "bare-window.mjs"), "--disable-gpu", ...asRoot],
    env,
  });
  const page = await app.firstWindow();
  await page.getByRole("navigation").waitFor();
  await app.close();
}

/** Leaves the list and comes back to it: until its rows are in a painted frame. */
async function renderList(page: Page): Promise<number> {
  await page.getByRole("link", { name: "Server" }).click();
  await page.getByRole("heading", { level: 1, name: "Server" }).waitFor();
  return (await measureOpening({ page }, "Secrets", "provider.bench.key-000")).clockMs;
}

/** As many rows as plain elements, until they are in a painted frame. */
function renderPlainRows(page: Page, count: number): Promise<number> {
  return page.evaluate(async (rows) => {
    const startedAt = performance.now();
    const list = document.createElement("ul");
    for (let row = 0; row < rows; row += 1)
      list.append(Object.assign(document.createElement("li"), { textContent: `row ${row}` }));
    document.body.append(list);
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", resolve);
      port1.start();
      port2.postMessage(undefined);
    });
    const elapsedMs = performance.now() - startedAt;
    list.remove();
    return elapsedMs;
  }, count);
}

async function saveMany(page: Page, count: number): Promise<void> {
  await page.evaluate(async (total) => {
    for (let index = 0; index < total; index += 1) {
      const name = `provider.bench.key-${String(index).padStart(3, "0")}`;
      await window.latchkey.secrets.upsert({ key: name, value: `canary-${index}` });
    }
  }, count);
}

export const bench: Bench = {
  rounds: 7,
  async open({ env }) {
    const [first, second] = [await ownFolders(env), await ownFolders(env)];
    const small = await openLatchkey(first);
    await waitForHealthy(small.page, 1);
    const large = await openLatchkey(second);
    await saveMany(large.page, SECRET_COUNT);
    await waitForHealthy(large.page, 1);
    return {
      cases: [
        {
          name: "key saved in the window to server healthy",
          unit: "ms",
          ours: () => saveToHealthy(small.page),
          others: { "bare node spawn": () => measureMs(bareNodeToHealthy) },
          limit: () => bareUtilityToHealthy(small.app),
        },
        {
          name: "app start to usable window",
          unit: "ms",
          async ours() {
            const own = await ownFolders(env);
            const startedAt = performance.now();
            const latchkey = await openLatchkey(own);
            const elapsedMs = performance.now() - startedAt;
            await latchkey.app.close();
            await rm(own.folder, { recursive: true, force: true });
            return elapsedMs;
          },
          others: {},
          limit: () => measureMs(() => bareWindow(env)),
        },
        {
          name: `list of ${SECRET_COUNT} rendered`,
          unit: "ms",
          ours: () => renderList(large.page),
          others: {},
          limit: () => renderPlainRows(large.page, SECRET_COUNT),
        },
      ],
      async close() {
        await small.app.close();
        await large.app.close();
        for (const { folder } of [first, second]) await rm(folder, { recursive: true, force: true });
      },
    };
  },
};

import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { ServerAnnouncement } from "@latchkey/api-contracts/server";
import { ANNOUNCE_PREFIX, serverPaths } from "@latchkey/api-contracts/server-names";

const serverFolder = join(import.meta.dirname, "../../../apps/server");

/** Bundles the server as it is shipped. */
export async function bundleServer(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lk-bench-server-"));
  const rolldown = join(serverFolder, "node_modules/.bin/rolldown");
  const options = ["--platform", "node", "--format", "esm", "--minify", "--dir", folder];
  await promisify(execFile)(rolldown, ["src/main.ts", ...options], { cwd: serverFolder });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
  return join(folder, "main.js");
}

/** The least that answers a health question: `node:http` and nothing else. */
export async function writeBareServer(): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), "lk-bench-bare-")), "bare.mjs");
  await writeFile(
    file,
    `import { createServer } from "node:http";
const { LATCHKEY_SERVER_NONCE: nonce, LATCHKEY_SERVER_GENERATION: generation } = process.env;
const server = createServer((_, response) => response.end(JSON.stringify({ status: "healthy", generation, nonce })));
server.listen(0, "127.0.0.1", () => {
  console.log(\`${ANNOUNCE_PREFIX}\${JSON.stringify({ port: server.address().port, nonce })}\`);
});
`,
  );
  return file;
}

export function controlEnv(generation = 1, port = 0): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    LATCHKEY_SERVER_PORT: String(port),
    LATCHKEY_SERVER_GENERATION: String(generation),
    LATCHKEY_SERVER_TOKEN: randomBytes(32).toString("base64url"),
    LATCHKEY_SERVER_NONCE: randomBytes(16).toString("base64url"),
  };
}

/** Asks `/healthz` once; undefined without a good answer. */
export function askHealth(port: number): Promise<{ generation: unknown } | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path: serverPaths.health, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => (text += String(chunk)));
      response.on("end", () => resolve(response.statusCode === 200 ? JSON.parse(text) : undefined));
      response.on("error", () => resolve(undefined));
    });
    request.on("error", () => resolve(undefined));
  });
}

/** Waits until that generation answers on a fixed port. */
export async function untilGeneration(port: number, generation: number): Promise<void> {
  for (;;) {
    const answer = await askHealth(port);
    if (String(answer?.generation) === String(generation)) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Spawns a server with no supervisor, until it has announced its port and answered its health. */
export async function spawnToHealthy(program: string): Promise<void> {
  const child = spawn(process.execPath, [program], {
    env: controlEnv(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface(child.stdout)) {
    if (!line.startsWith(ANNOUNCE_PREFIX)) continue;
    const { port } = ServerAnnouncement.parse(JSON.parse(line.slice(ANNOUNCE_PREFIX.length)));
    await askHealth(port);
    break;
  }
  child.kill("SIGKILL");
}

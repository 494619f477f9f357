import { spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { controlEnv, untilGeneration } from "./servers.ts";

/** A process manager with the server on a fixed port; `change` resolves once the next generation is healthy. */
export type Peer = { port: number; change: () => Promise<void>; close: () => Promise<void> };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

const PM2_END_MS = 5_000;

type Pm2 = {
  connect: (noDaemon: boolean, done: (error?: Error) => void) => void;
  start: (options: object, done: (error?: Error) => void) => void;
  restart: (name: string, options: object, done: (error?: Error) => void) => void;
  reload: (name: string, options: object, done: (error?: Error) => void) => void;
  delete: (name: string, done: (error?: Error) => void) => void;
  killDaemon: (done: (error?: Error) => void) => void;
};

const promised = (run: (done: (error?: Error) => void) => void) =>
  new Promise<void>((resolve, reject) => run((error) => (error ? reject(error) : resolve())));

/** pm2 by its API, one server in fork mode for `restart`, one in cluster mode for `reload`. */
export async function openPm2(
  folder: string,
  program: string,
): Promise<{ restart: Peer; reload: Peer; close: () => Promise<void> }> {
  process.env["PM2_HOME"] = await mkdtemp(join(tmpdir(), "lk-bench-pm2-"));
  const pm2: Pm2 = createRequire(import.meta.url)(folder);
  await promised((done) => pm2.connect(false, done));

  async function open(verb: "restart" | "reload"): Promise<Peer> {
    const port = await freePort();
    let generation = 1;
    const cluster = verb === "reload" ? { exec_mode: "cluster", instances: 1 } : { exec_mode: "fork" };
    await promised((done) =>
      pm2.start({ name: verb, script: program, ...cluster, env: controlEnv(1, port) }, done),
    );
    await untilGeneration(port, 1);
    return {
      port,
      async change() {
        generation += 1;
        // pm2 takes the changed environment of a running program from the one who calls.
        Object.assign(process.env, controlEnv(generation, port));
        // Its promise comes later than the server is healthy; what counts is the server.
        const changed = promised((done) => pm2[verb](verb, { updateEnv: true }, done)).catch(() => undefined);
        await untilGeneration(port, generation);
        settling.push(changed);
      },
      close: () => promised((done) => pm2.delete(verb, done)),
    };
  }
  const settling: Promise<void>[] = [];
  const restart = await open("restart");
  const reload = await open("reload");
  const settled = (peer: Peer): Peer => ({
    ...peer,
    async change() {
      await Promise.all(settling.splice(0));
      await peer.change();
    },
  });
  return {
    restart: settled(restart),
    reload: settled(reload),
    async close() {
      await Promise.all(settling.splice(0));
      const killed = promised((done) => pm2.killDaemon(done)).catch(() => undefined);
      // Its callback is lost when the daemon is gone before it has told so.
      await Promise.race([killed, new Promise((resolve) => setTimeout(resolve, PM2_END_MS))]);
    },
  };
}

/** nodemon, which cannot change the environment: a file that it watches names the generation. */
export async function openNodemon(folder: string, program: string): Promise<Peer> {
  const place = await mkdtemp(join(tmpdir(), "lk-bench-nodemon-"));
  const port = await freePort();
  const entry = join(place, "entry.mjs");
  const watched = join(place, "generation.json");
  const env = controlEnv(1, port);
  let generation = 1;
  const write = () => writeFile(watched, String(generation));
  await write();
  await writeFile(
    entry,
    `import { readFileSync } from "node:fs";
process.env.LATCHKEY_SERVER_GENERATION = readFileSync(${JSON.stringify(watched)}, "utf8");
await import(${JSON.stringify(program)});
`,
  );
  const child = spawn(
    process.execPath,
    [join(folder, "bin/nodemon.js"), "--quiet", "--signal", "SIGTERM", "--watch", watched, entry],
    { env: { ...process.env, ...env }, cwd: place, stdio: ["ignore", "ignore", "inherit"] },
  );
  await untilGeneration(port, 1);
  return {
    port,
    async change() {
      generation += 1;
      await write();
      await untilGeneration(port, generation);
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

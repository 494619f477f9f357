import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";

const require = createRequire(import.meta.url);

/** What a server was sent, as it came over the wire. */
export type Seen = {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: string;
};

export type TestServer = {
  /** The address of a connection to it. */
  address: string;
  seen: Seen[];
  /** Resolves with the next request, or with the last one that came. */
  nextRequest: () => Promise<Seen>;
};

/** A real HTTP server on loopback, which ends with the test. */
export async function serve(answer: RequestListener): Promise<TestServer> {
  const seen: Seen[] = [];
  const arrivals = new EventEmitter();
  const server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    const body = (await buffer(request)).toString();
    seen.push({ method, url, headers, body });
    arrivals.emit("request");
    answer(request, response);
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    address: `http://127.0.0.1:${portOf(server)}/v1`,
    seen,
    async nextRequest() {
      if (seen.length === 0) await once(arrivals, "request");
      const last = seen.at(-1);
      if (!last) throw new TypeError("no request");
      return last;
    },
  };
}

/** A server that speaks no HTTP of its own accord. */
export async function serveSocket(answer: (socket: Socket) => void): Promise<{ address: string }> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    answer(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { address: `http://127.0.0.1:${portOf(server)}/v1` };
}

/** The mock model server, as a process of its own, that lets only the holder of a key in. */
export async function startModelServer(key: string): Promise<{ address: string }> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey models "));
  const config = join(folder, "config.json");
  const listing = JSON.stringify({ object: "list", data: [{ id: "gpt-mock", object: "model" }] });
  const refusal = JSON.stringify({
    error: { message: "Incorrect API key provided: {{jmes request headers.authorization}}" },
  });
  const reply = JSON.stringify({ choices: [{ message: { role: "assistant", content: "pong" } }] });
  const hasKey = `headers.authorization=='Bearer ${key}'`;
  const rules = [
    { path: "/v1/", response: { status: 401, content: refusal } },
    { path: "/v1/models", match: hasKey, response: { status: 200, content: listing } },
    { path: "/v1/chat/completions", match: hasKey, response: { status: 200, content: reply } },
  ];
  await writeFile(config, JSON.stringify({ streaming: { chunkSize: 50, chunkIntervalMs: 1 }, rules }));
  const port = await freePort();
  const program = require.resolve("@dwmkerr/mock-llm/dist/main.js");
  const child = spawn(process.execPath, [program, "--config", config], {
    env: { HOST: "127.0.0.1", PORT: String(port), PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    child.kill();
    await rm(folder, { recursive: true });
  });
  for await (const line of createInterface({ input: child.stdout }))
    if (line.includes("server running")) break;
  child.stdout.resume();
  return { address: `http://127.0.0.1:${port}/v1` };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = portOf(server);
  server.close();
  await once(server, "close");
  return port;
}

function portOf(server: { address: () => AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not an address of TCP");
  return address.port;
}

import { spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Check } from "@latchkey/api-contracts/connection-test";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type CheckServer, startCheckServer, stepsOf } from "../support/check-server.ts";

const secrets = { MCP_SYSTEM_X_TOKEN: "canary-mcp/1+ä", MCP_SYSTEM_X_WRONG: "canary-mcp-2" };
const everything = createRequire(import.meta.url).resolve(
  "@modelcontextprotocol/server-everything/dist/index.js",
);
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

type StdioRequest = Extract<Check, { kind: "mcp-stdio" }>["request"];

let server: CheckServer;
beforeAll(async () => {
  server = await startCheckServer({ secrets });
});
afterAll(() => server[Symbol.asyncDispose]());

function stdio(args: string[], options: Partial<StdioRequest> = {}) {
  const request = { command: process.execPath, args, ...options };
  return server.check({ kind: "mcp-stdio", request });
}
const odd = (behaviour: string, options: Partial<StdioRequest> & { argument?: string } = {}) => {
  const { argument, ...rest } = options;
  const names = { TOKEN: "MCP_SYSTEM_X_TOKEN" };
  return stdio([fixture("mcp-odd.mjs"), behaviour, ...(argument ? [argument] : [])], {
    secrets: names,
    ...rest,
  });
};

test("a server that is started tells its tools", async () => {
  const report = await stdio([everything, "stdio"]);
  expect(report).toMatchObject({ outcome: "ok", details: "" });
  expect(report.tools).toEqual(expect.arrayContaining(["echo", "get-sum"]));
  expect(stepsOf(report)).toEqual(["spawn done", "initialize done", "list-tools done"]);
});

test("the program has the named variables, what every program needs, and no other", async () => {
  const report = await odd("prints-env", { variables: { REGION: "north" } });
  const allowed = ["PATH", "HOME", "LANG", "TMPDIR", "TZ", "REGION", "TOKEN"];
  expect(report.tools).toEqual(expect.arrayContaining(["PATH", "REGION", "TOKEN"]));
  expect(report.tools?.filter((name) => !allowed.includes(name))).toEqual([]);
});

test.each([
  ["a program that is not there", "/nowhere/mcp-server"],
  ["a file that cannot be run", fixture("mcp-odd.mjs")],
])("%s is told as such", async (_name, command) => {
  const report = await server.check({ kind: "mcp-stdio", request: { command } });
  expect(report).toMatchObject({ outcome: "failed", cause: "spawn" });
  expect(stepsOf(report)).toEqual(["spawn failed", "initialize skipped", "list-tools skipped"]);
});

test("a folder that is not there is told as a matter of starting", async () => {
  expect(await stdio([everything], { folder: "/nowhere" })).toMatchObject({ cause: "spawn" });
});

test("a program that ends at once is told with its last words, in which no secret stands", async () => {
  const report = await odd("exits");
  expect(report).toMatchObject({ outcome: "failed", cause: "spawn" });
  expect(report.details).toContain("cannot start with [redacted]\nlast line [redacted]");
});

test.each([
  ["a program that writes without end", "floods", "protocol"],
  ["a program that never answers", "silent", "timeout"],
])("%s is told as such", async (_name, behaviour, cause) => {
  const timeoutMs = behaviour === "silent" ? 1_000 : 10_000;
  const report = await odd(behaviour, { timeoutMs });
  expect(report).toMatchObject({ outcome: "failed", cause });
  expect(stepsOf(report)).toEqual(["spawn done", "initialize failed", "list-tools skipped"]);
});

test("lines that are no messages are passed over, as clients do", async () => {
  expect(await odd("talks")).toMatchObject({ outcome: "ok", tools: ["plain"] });
});

test("a program that ends in the middle is told as such", async () => {
  const report = await odd("leaves");
  expect([report.cause, stepsOf(report)[2]]).toEqual(["protocol", "list-tools failed"]);
  expect(report.details).toBe("The program ended (0).");
});

test("a tool that is named like a secret is shown without it", async () => {
  expect(await odd("names-token")).toMatchObject({ outcome: "ok", tools: ["[redacted]", "plain"] });
});

test("a server without tools is as good as any", async () => {
  const report = await odd("no-tools");
  expect(report).toMatchObject({ outcome: "ok", tools: [] });
  expect(stepsOf(report)).toContain("list-tools skipped");
});

test("pages without end are read up to 200 tools", async () => {
  const report = await odd("endless-pages");
  expect([report.outcome, report.tools?.length]).toEqual(["ok", 200]);
});

/** A listener to which the fixture's own child connects, so that its end is seen. */
async function listenForChild() {
  const connections = new EventEmitter();
  const listener = createServer((socket) => connections.emit("connection", socket.resume()));
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  onTestFinished(() => void listener.close());
  const connected = once(connections, "connection") as Promise<[Socket]>;
  return { port: (listener.address() as AddressInfo).port, connected };
}

async function childEnd(connected: Promise<[Socket]>): Promise<void> {
  const [socket] = await connected;
  socket.on("error", () => undefined);
  if (!socket.closed) await once(socket, "close");
}

test("a program that stays, and what it started, are gone with the answer", async () => {
  const { port, connected } = await listenForChild();
  // Two programs start within the limit, also on a busy machine.
  const report = await odd("stays", { argument: String(port), timeoutMs: 3_000 });
  expect(report.cause).toBe("timeout");
  await childEnd(connected);
});

test("a test that is cancelled ends the program and what it started", async () => {
  const { port, connected } = await listenForChild();
  const cancel = new AbortController();
  const args = [fixture("mcp-odd.mjs"), "stays", String(port)];
  const answer = server.post(
    "mcp-stdio",
    { command: process.execPath, args, timeoutMs: 60_000 },
    cancel.signal,
  );
  await connected;
  cancel.abort();
  await expect(answer).rejects.toThrow(/abort/i);
  await childEnd(connected);
});

async function startEverythingHttp(): Promise<string> {
  const env = { PATH: process.env["PATH"], EXPECTED_TOKEN: secrets.MCP_SYSTEM_X_TOKEN };
  const child = spawn(process.execPath, [fixture("everything-http.mjs")], {
    env,
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("PORT ")) return `http://127.0.0.1:${line.slice(5)}/mcp`;
  }
  throw new Error("The MCP server ended before it listened.");
}

function http(url: string, bearer?: string, timeoutMs = 10_000) {
  const request = { url, timeoutMs, secrets: bearer === undefined ? {} : { bearer } };
  return server.check({ kind: "mcp-http", request });
}

test("a server over HTTP tells its tools to whoever has the token, and to nobody else", async () => {
  const url = await startEverythingHttp();
  const good = await http(url, "MCP_SYSTEM_X_TOKEN");
  expect(good).toMatchObject({ outcome: "ok", details: "" });
  expect(good.tools).toEqual(expect.arrayContaining(["echo", "get-sum"]));
  expect(stepsOf(good)).toEqual(["dns skipped", "connect done", "initialize done", "list-tools done"]);

  const wrong = await http(url, "MCP_SYSTEM_X_WRONG");
  expect(wrong).toMatchObject({ outcome: "failed", cause: "auth" });
  expect(wrong.details).toContain("Bearer [redacted]");
  expect(await http(url)).toMatchObject({ cause: "auth" });
  expect(await http(url.replace("/mcp", "/other"), "MCP_SYSTEM_X_TOKEN")).toMatchObject({
    cause: "not_found",
  });
});

async function serve(listener: RequestListener): Promise<string> {
  const web = createHttpServer(listener);
  web.listen(0, "127.0.0.1");
  await once(web, "listening");
  onTestFinished(() => {
    web.close();
    web.closeAllConnections();
  });
  return `http://127.0.0.1:${(web.address() as AddressInfo).port}/mcp`;
}

test.each([
  [401, "auth"],
  [402, "quota"],
  [403, "permission"],
  [404, "not_found"],
  [429, "rate_limit"],
  [500, "protocol"],
])("a status of %i is told as %s", async (status, cause) => {
  const url = await serve((_request, response) => response.writeHead(status).end("canary-mcp-2"));
  expect(await http(url, "MCP_SYSTEM_X_TOKEN")).toMatchObject({ outcome: "failed", cause });
});

test("a redirection is not followed, so the token goes nowhere else", async () => {
  const asked: string[] = [];
  const elsewhere = await serve((request, response) => {
    asked.push(request.headers.authorization ?? "");
    response.end();
  });
  const url = await serve((_request, response) => response.writeHead(307, { location: elsewhere }).end());
  const report = await http(url, "MCP_SYSTEM_X_TOKEN");
  expect([report.cause, asked]).toEqual(["not_found", []]);
});

test.each<[string, RequestListener, string]>([
  [
    "a web page",
    (_request, response) => response.setHeader("content-type", "text/html").end("<p>hello"),
    "protocol",
  ],
  ["a cut connection", (request) => request.socket.destroy(), "protocol"],
  ["silence", () => undefined, "timeout"],
  [
    "an answer without end",
    (_request, response) => {
      response.setHeader("content-type", "application/json");
      const write = () => {
        while (response.write("x".repeat(65_536)));
      };
      response.on("drain", write).on("error", () => undefined);
      write();
    },
    "protocol",
  ],
])("%s in the place of an MCP server is told as such", async (_name, listener, cause) => {
  const report = await http(await serve(listener), "MCP_SYSTEM_X_TOKEN", cause === "timeout" ? 300 : 10_000);
  expect(report).toMatchObject({ outcome: "failed", cause });
});

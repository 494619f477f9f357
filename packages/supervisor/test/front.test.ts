import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, request as send } from "node:http";
import { connect, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type FrontLimits, openFront } from "../src/index.ts";
import { createLeases } from "../src/leases.ts";

const generationToken = "g".repeat(43);

/** A front before servers that stand in for generations, in this process. */
async function frontBefore(limits: Partial<FrontLimits> = {}) {
  const leases = createLeases();
  let generation = 0;
  const front = await openFront({
    limits,
    supervisor: {
      async lease(signal) {
        for (;;) {
          const lease = leases.take();
          if (lease) return lease;
          await leases.whenServing(signal);
        }
      },
    },
  });
  onTestFinished(() => front[Symbol.asyncDispose]());
  async function serve(listener: RequestListener) {
    const server = createServer(listener);
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    generation += 1;
    leases.serve({ generation, port, token: generationToken });
    return { server, port };
  }
  return { front, leases, serve };
}

type Front = Awaited<ReturnType<typeof frontBefore>>["front"];

const own = ({ token }: Front) => ({ authorization: `Bearer ${token}` });
const ask = (front: Front, path: string, init: RequestInit = {}) =>
  fetch(`http://127.0.0.1:${front.port}${path}`, { headers: own(front), ...init });

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks = (await message.toArray()) as Buffer[];
  return Buffer.concat(chunks).toString();
}

test("the server sees its own host and token, and of the rest what the client sent, but for hop-by-hop headers", async () => {
  const { front, serve } = await frontBefore();
  let seen: IncomingMessage | undefined;
  const { port } = await serve((request, response) => {
    seen = request;
    response.writeHead(201, "Made", { "x-own": ["1", "2"], connection: "x-hop", "x-hop": "dropped" });
    response.end("answer");
  });
  const asked = send({
    host: "127.0.0.1",
    port: front.port,
    path: "/path?query=1",
    method: "PUT",
    headers: {
      ...own(front),
      "x-custom": "kept",
      "x-latchkey-front": "forged",
      connection: "x-drop",
      "x-drop": "gone",
      te: "trailers",
    },
  });
  asked.end("body");
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  expect([answer.statusCode, answer.statusMessage, await textOf(answer)]).toEqual([201, "Made", "answer"]);
  expect([answer.headersDistinct["x-own"], answer.headers["x-hop"]]).toEqual([["1", "2"], undefined]);
  expect([seen?.method, seen?.url, seen?.headers]).toEqual([
    "PUT",
    "/path?query=1",
    {
      authorization: `Bearer ${generationToken}`,
      host: `127.0.0.1:${port}`,
      "x-custom": "kept",
      "x-latchkey-front": "1",
      connection: "keep-alive",
      "content-length": "4",
    },
  ]);
});

test("without the front's own token, or under another host, a request does not get through", async () => {
  const { front, serve } = await frontBefore();
  let count = 0;
  await serve((_, response) => void response.end(String((count += 1))));
  const status = async (path: string, headers: Record<string, string>) => {
    const asked = send({ host: "127.0.0.1", port: front.port, path, headers }).end();
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  };
  expect(await status("/v1/environment", {})).toBe(401);
  expect(await status("/v1/environment", { authorization: `Bearer ${generationToken}` })).toBe(401);
  expect(await status("/v1/environment", { ...own(front), host: "evil.example" })).toBe(404);
  expect(await status("/healthz", { host: "evil.example" })).toBe(404);
  expect(count).toBe(0);
  expect(await status("/healthz", {})).toBe(200);
});

test("a body and an answer pass as they come", async () => {
  const { front, serve } = await frontBefore();
  await serve((request, response) => void request.pipe(response));
  const asked = send({ host: "127.0.0.1", port: front.port, method: "POST", headers: own(front) });
  asked.write("first");
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const [first] = (await once(answer, "data")) as [Buffer];
  asked.write("second");
  const [second] = (await once(answer, "data")) as [Buffer];
  asked.end();
  answer.resume();
  await once(answer, "end");
  expect([String(first), String(second)]).toEqual(["first", "second"]);
});

test("a chunked body keeps its frame, whatever the method", async () => {
  const { front, serve } = await frontBefore();
  const urls: string[] = [];
  await serve((request, response) => {
    urls.push(String(request.url));
    request.pipe(response);
  });
  const headers = { ...own(front), "transfer-encoding": "chunked" };
  const asked = send({ host: "127.0.0.1", port: front.port, headers });
  asked.end("GET /smuggled HTTP/1.1\r\n\r\n");
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  expect([await textOf(answer), urls]).toEqual(["GET /smuggled HTTP/1.1\r\n\r\n", ["/"]]);
});

test("a large body arrives whole", async () => {
  const { front, serve } = await frontBefore({ maxKeptBytes: 1_000 });
  await serve((request, response) => void request.pipe(response));
  const body = "x".repeat(3_000_000);
  expect(await (await ask(front, "/", { method: "POST", body })).text()).toBe(body);
});

test("a request that meets no server waits for the next", async () => {
  const { front, serve } = await frontBefore();
  const answer = ask(front, "/", { method: "POST", body: "sent once" });
  await serve((request, response) => void request.pipe(response));
  expect(await (await answer).text()).toBe("sent once");
});

test("a request waits within its limit", async () => {
  const { front } = await frontBefore({ waitMs: 30 });
  const answer = await ask(front, "/");
  expect([answer.status, answer.headers.get("retry-after"), await answer.text()]).toEqual([
    503,
    "1",
    expect.stringContaining('"no-answer"'),
  ]);
});

test("so many requests wait at most: one more is refused at once", async () => {
  const { front, serve } = await frontBefore({ maxRequests: 1 });
  const both = [ask(front, "/one"), ask(front, "/other")];
  const refused = await Promise.race(both);
  await serve((_, response) => void response.end("served"));
  const texts = await Promise.all(both.map(async (answer) => (await answer).text()));
  expect([refused.status, texts.toSorted()]).toEqual([
    503,
    ["served", expect.stringContaining('"too-many-requests"')],
  ]);
});

test("an idempotent request that was cut off goes to the next generation, another one is told", async () => {
  const { front, leases, serve } = await frontBefore();
  const first = await serve((request) => request.socket.destroy());
  first.server.on("connection", () => leases.serve(null));
  const put = ask(front, "/", { method: "PUT", body: "again" });
  await once(first.server, "request");
  await serve((request, response) => void request.pipe(response));
  expect(await (await put).text()).toBe("again");

  await serve((request) => request.socket.destroy());
  const post = await ask(front, "/", { method: "POST", body: "once" });
  expect([post.status, await post.text()]).toEqual([503, expect.stringContaining("server.unhealthy")]);
});

test("a client keeps its connection over generations", async () => {
  const { front, leases, serve } = await frontBefore();
  const socket = connect(front.port, "127.0.0.1").setEncoding("utf8");
  onTestFinished(() => void socket.destroy());
  for (const name of ["first", "second"]) {
    await serve((_, response) => void response.end(name));
    socket.write(
      `GET / HTTP/1.1\r\nhost: 127.0.0.1:${front.port}\r\nauthorization: ${own(front).authorization}\r\n\r\n`,
    );
    const [text] = (await once(socket, "data")) as [string];
    expect(text).toContain(name);
    leases.forget(name === "first" ? 1 : 2);
  }
  expect(socket.destroyed).toBe(false);
});

test("a change of protocol passes, both ways, and is cut when its generation ends", async () => {
  const { front, leases, serve } = await frontBefore();
  const { server } = await serve((_, response) => void response.end());
  server.on("upgrade", (_request, socket: Socket) => {
    socket.write("HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
    socket.pipe(socket);
  });
  const upgrade = (headers: Record<string, string>) =>
    send({
      host: "127.0.0.1",
      port: front.port,
      headers: { ...headers, connection: "upgrade", upgrade: "echo" },
    }).end();
  const [, socket] = (await once(upgrade(own(front)), "upgrade")) as [IncomingMessage, Socket];
  socket.write("hello");
  expect(String((await once(socket, "data"))[0])).toBe("hello");
  leases.forget(1);
  await once(socket, "close");
  const [refused] = (await once(upgrade({}), "response")) as [IncomingMessage];
  expect(refused.statusCode).toBe(401);
});

test("a front that ends cuts a connection that changed its protocol, and does not wait for it", async () => {
  const { front, serve } = await frontBefore();
  const { server } = await serve((_, response) => void response.end());
  server.on("upgrade", (_request, socket: Socket) => {
    socket.write("HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
  });
  const upgrade = send({
    host: "127.0.0.1",
    port: front.port,
    headers: { ...own(front), connection: "upgrade", upgrade: "echo" },
  }).end();
  const [, socket] = (await once(upgrade, "upgrade")) as [IncomingMessage, Socket];
  const cut = once(socket, "close");
  await front[Symbol.asyncDispose]();
  expect(await cut).toEqual([false]);
});

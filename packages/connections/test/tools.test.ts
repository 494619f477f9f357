import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type OutgoingHttpHeaders, request as send } from "node:http";
import { text } from "node:stream/consumers";
import {
  AccessResponse,
  MAX_REQUEST_BYTES,
  ToolConnectionsResponse,
  ToolFetchResponse,
  ToolId,
  toolPaths,
} from "@latchkey/api-contracts/access";
import { ProviderId } from "@latchkey/api-contracts/ids";
import { findTool } from "@latchkey/connections";
import { openToolListener } from "@latchkey/connections/tools";
import { expect, onTestFinished, test, vi } from "vitest";
import { canary, github, openai, openWorld } from "./support/access-world.ts";
import { serve } from "./support/servers.ts";

const toolId = ToolId.parse("acme/list-models");
const ask = { toolId, connectionId: openai, reason: "To list the models" };
const read = (path: string) => readFile(new URL(path, import.meta.url), "utf8");
const newToken = () => randomBytes(32).toString("base64url");

async function openTools(address = "http://127.0.0.1:2/v1") {
  const world = await openWorld({ address, requesters: { find: async (id) => findTool(id) } });
  const serving = {
    now: { generation: 1, token: newToken() } as { generation: number; token: string } | undefined,
    /** How often it was looked at. */
    looks: 0,
  };
  const tools = await openToolListener({
    access: {
      ...world.access,
      listConnections: async (providerIds) =>
        [...world.connections.values()]
          .map(({ connectionId: id, providerId, displayName }) => ({
            id,
            providerId: ProviderId.parse(providerId),
            displayName,
          }))
          .filter(({ providerId }) => providerIds.includes(providerId)),
    },
    serving() {
      serving.looks += 1;
      return serving.now;
    },
  });
  onTestFinished(() => tools[Symbol.asyncDispose]());

  /** As a program sends it, with every header in its hand. */
  async function post(path: string, body: unknown, changes: OutgoingHttpHeaders = {}, method = "POST") {
    const headers: OutgoingHttpHeaders = {
      host: `127.0.0.1:${tools.port}`,
      authorization: `Bearer ${serving.now?.token}`,
      "content-type": "application/json",
      ...changes,
    };
    const request = send({ host: "127.0.0.1", port: tools.port, path, method, headers });
    request.on("error", () => undefined);
    request.end(typeof body === "string" ? body : JSON.stringify(body));
    const [response] = await once(request, "response");
    const answer: unknown = JSON.parse(await text(response));
    return { status: Number(response.statusCode), answer };
  }
  return { world, serving, post, port: tools.port, servingChanged: tools.servingChanged };
}

type Tools = Awaited<ReturnType<typeof openTools>>;

async function allow({ world, post }: Tools, choice: "once" | "always") {
  const asking = post(toolPaths.requestAccess, ask);
  const question = await world.person.answer(choice);
  const response = AccessResponse.parse((await asking).answer);
  if (!response.granted) throw new TypeError(response.reason);
  return { question, secretRef: response.secretRef };
}

test("the server asks for a tool, and the tool's request arrives with the credential", async () => {
  const server = await serve((request, response) => response.end(`hello ${request.headers.authorization}`));
  const tools = await openTools(server.address);
  const { question, secretRef } = await allow(tools, "once");
  const { answer } = await tools.post(toolPaths.fetch, {
    toolId,
    secretRef,
    request: {
      method: "POST",
      path: "/chat/completions",
      bodyBase64: Buffer.from("ping").toString("base64"),
    },
  });
  const response = ToolFetchResponse.parse(answer);
  expect([
    question.requester.requesterId,
    server.seen[0]?.body,
    server.seen[0]?.headers.authorization,
  ]).toEqual(["tool:acme/list-models", "ping", `Bearer ${canary}`]);
  expect(response.ok && Buffer.from(response.bodyBase64, "base64").toString()).toBe(
    "hello Bearer [redacted]",
  );
  expect(tools.world.audit.at(-1)).toMatchObject({ actor: "tool:acme/list-models", action: "broker.fetch" });
});

test("the server learns the names of the connections to a provider, and of no other", async () => {
  const { post } = await openTools();
  const ask = async (providerIds: string[]) =>
    ToolConnectionsResponse.parse((await post(toolPaths.listConnections, { toolId, providerIds })).answer);
  expect(await ask(["openai"])).toEqual({
    connections: [
      { id: openai, providerId: "openai", displayName: "OpenAI" },
      { id: github, providerId: "openai", displayName: "GitHub" },
    ],
  });
  expect(await ask(["sftp"])).toEqual({ connections: [] });
});

test("the page on tools shows the example that runs here", async () => {
  const example = "../examples/ask-for-a-tool.mjs";
  expect(await read("../../../docs/ask-for-a-tool.md")).toContain(await read(example));

  const server = await serve((_, response) => response.end('{"data":[]}'));
  const { world, serving, port } = await openTools(server.address);
  const { listModels }: { listModels: (latchkey: object, providerId: string) => Promise<string> } =
    await import(new URL(example, import.meta.url).href);
  const run = () => listModels({ port, token: serving.now?.token }, "openai");
  const allowed = run();
  await world.person.answer("once");
  expect(await allowed).toBe('200 {"data":[]}');
  const denied = run();
  await world.person.answer("deny");
  expect(await denied).toBe("No access: denied.");
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${canary}`]);
});

test("a denial of the person reaches the tool as one", async () => {
  const tools = await openTools();
  const asking = tools.post(toolPaths.requestAccess, ask);
  await tools.world.person.answer("deny");
  expect((await asking).answer).toEqual({ granted: false, reason: "denied" });
});

test.each<[string, (tools: Tools) => OutgoingHttpHeaders, number]>([
  ["no token", () => ({ authorization: "" }), 401],
  ["another token", () => ({ authorization: `Bearer ${newToken()}` }), 401],
  ["the token without its scheme", ({ serving }) => ({ authorization: serving.now?.token ?? "" }), 401],
  [
    "most of the token",
    ({ serving }) => ({ authorization: `Bearer ${serving.now?.token.slice(0, -1)}` }),
    401,
  ],
  ["more than the token", ({ serving }) => ({ authorization: `Bearer ${serving.now?.token}x` }), 401],
  ["the word undefined", () => ({ authorization: "Bearer undefined" }), 401],
  ["the name of a page that points here", ({ port }) => ({ host: `evil.example:${port}` }), 404],
  ["the address without the port", () => ({ host: "127.0.0.1" }), 404],
  ["the origin of a page", () => ({ origin: "https://evil.example" }), 401],
  ["an origin that is null", () => ({ origin: "null" }), 401],
  ["a form of a page", () => ({ "content-type": "text/plain" }), 400],
])("a request with %s is refused, and nobody is asked", async (_what, changes, status) => {
  const tools = await openTools();
  const refused = await tools.post(toolPaths.requestAccess, ask, changes(tools));
  expect([refused.status, tools.world.audit, tools.world.person.asked()]).toEqual([status, [], 0]);
});

test("while no generation serves, no token is right", async () => {
  const tools = await openTools();
  const former = tools.serving.now?.token;
  tools.serving.now = undefined;
  for (const authorization of [`Bearer ${former}`, "Bearer undefined", "Bearer "]) {
    expect((await tools.post(toolPaths.requestAccess, ask, { authorization })).status).toBe(401);
  }
});

test("the token of an earlier generation is refused, and its refs end with the next one's first request", async () => {
  const server = await serve((_, response) => response.end());
  const tools = await openTools(server.address);
  const former = tools.serving.now?.token;
  const { secretRef } = await allow(tools, "always");
  tools.serving.now = { generation: 2, token: newToken() };
  const use = { toolId, secretRef, request: { path: "/models" } };
  const late = await tools.post(toolPaths.fetch, use, { authorization: `Bearer ${former}` });
  const next = await tools.post(toolPaths.fetch, use);
  const again = await tools.post(toolPaths.requestAccess, ask);
  expect([late.status, next.answer, again.answer, server.seen]).toMatchObject([
    401,
    { ok: false, reason: "no-access" },
    { granted: true, reach: "always" },
    [],
  ]);
});

test.each(["stopped", "replaced"])("a question goes with its generation when that is %s", async (how) => {
  const { world, serving, post, servingChanged } = await openTools();
  const asking = post(toolPaths.requestAccess, ask);
  await world.person.question();
  serving.now = how === "stopped" ? undefined : { generation: 2, token: newToken() };
  servingChanged();
  expect((await asking).answer).toEqual({ granted: false, reason: "cancelled" });
  expect(world.person.isOpen()).toBe(false);
});

test("a question goes with the client that hangs up, and is on record as taken back", async () => {
  const { world, serving, port } = await openTools();
  const request = send({
    host: "127.0.0.1",
    port,
    path: toolPaths.requestAccess,
    method: "POST",
    headers: { authorization: `Bearer ${serving.now?.token}`, "content-type": "application/json" },
  });
  request.on("error", () => undefined);
  request.end(JSON.stringify(ask));
  await world.person.question();
  request.destroy();
  await vi.waitFor(() =>
    expect(world.steps()).toEqual(["access.request done", "access.deny refused cancelled"]),
  );
  expect(world.person.isOpen()).toBe(false);
});

test("a request that began with one generation is not let in with the next", async () => {
  const { world, serving, port } = await openTools();
  const request = send({
    host: "127.0.0.1",
    port,
    path: toolPaths.requestAccess,
    method: "POST",
    headers: { authorization: `Bearer ${serving.now?.token}`, "content-type": "application/json" },
  });
  const body = JSON.stringify(ask);
  request.write(body.slice(0, 5));
  await vi.waitFor(() => expect(serving.looks).toBeGreaterThan(0));
  serving.now = { generation: 2, token: newToken() };
  request.end(body.slice(5));
  const [response] = await once(request, "response");
  expect([response.statusCode, world.person.asked()]).toEqual([401, 0]);
});

test("a body may come in pieces without its length, and no further than the limit", async () => {
  const { post } = await openTools();
  const inPieces = { "transfer-encoding": "chunked" };
  const listed = await post(toolPaths.listConnections, { toolId, providerIds: ["sftp"] }, inPieces);
  const request = { path: "/models", bodyText: "x".repeat(2 * MAX_REQUEST_BYTES) };
  const refused = await post(toolPaths.fetch, { toolId, secretRef: "ref", request }, inPieces);
  expect([listed.status, refused]).toMatchObject([
    200,
    { status: 400, answer: { error: { details: { rule: "too-long" } } } },
  ]);
});

test.each([
  ["an unknown field", { ...ask, requesterId: "extension:acme.models" }],
  ["another kind of name", { ...ask, toolId: "../extension:acme.models" }],
  ["no JSON", "{"],
  ["nothing", ""],
])("a body with %s is refused", async (_what, body) => {
  const { post } = await openTools();
  const { status, answer } = await post(toolPaths.requestAccess, body);
  expect([status, answer]).toMatchObject([400, { error: { code: "request.invalid" } }]);
});

test("other addresses and methods are not there", async () => {
  const { post } = await openTools();
  const answers = [
    await post("/v1/tools", ask),
    await post("/", ask),
    await post(toolPaths.requestAccess, "", {}, "GET"),
    await post(toolPaths.fetch, "", {}, "OPTIONS"),
  ];
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
});

import { type CheckReport, CheckReport as CheckReportSchema } from "@latchkey/api-contracts/connection-test";
import { ProviderId } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import type { HttpTest } from "@latchkey/connections";
import { expect, test } from "vitest";
import { apiKey, canary, connectionTo, openai, openWorld } from "./support/access-world.ts";
import { serve, serveSocket, startModelServer } from "./support/servers.ts";

const modelsTest = { kind: "http", method: "GET", path: "/models?limit=1", timeoutMs: 10_000 } as const;
const never = () => new AbortController().signal;

function draftTo(
  address: string,
  key: string | undefined,
  more: Partial<Pick<HttpTest, "signal" | "saved">> = {},
): HttpTest {
  const { http, values } = connectionTo(address);
  if (!http) throw new TypeError("no http");
  const typed = new Map<FieldName, string>(key === undefined ? [] : [[apiKey, key]]);
  const draft = { providerId: ProviderId.parse("openai"), http, values, typed };
  return { test: modelsTest, signal: never(), ...more, draft };
}

const stepsOf = (report: CheckReport) => report.steps.map(({ name, outcome }) => `${name} ${outcome}`);

test("what is saved is tried with its secret, and the log has it before", async () => {
  const { address } = await startModelServer(canary);
  const world = await openWorld({ address });
  const report = await world.access.testHttp({ test: modelsTest, signal: never(), saved: openai });
  expect({ ...report, steps: stepsOf(report) }).toEqual({
    outcome: "ok",
    steps: ["request done", "auth done"],
    details: "HTTP 200",
  });
  expect(world.audit).toEqual([
    {
      actor: "person",
      action: "connection.test",
      outcome: "done",
      keys: [],
      connectionId: openai,
      connectionName: "OpenAI",
      providerId: "openai",
      scope: "user",
      host: new URL(address).host,
      method: "GET",
    },
  ]);
});

test("a wrong key of a draft is told, without the key that the server quotes", async () => {
  const { address } = await startModelServer(canary);
  const world = await openWorld();
  const report = await world.access.testHttp(draftTo(address, "canary-wrong-key"));
  expect({ ...report, steps: stepsOf(report) }).toEqual({
    outcome: "failed",
    cause: "auth",
    steps: ["request done", "auth failed"],
    details: 'HTTP 401\n{"error":{"message":"Incorrect API key provided: Bearer [redacted]"}}',
  });
  expect(world.audit).toMatchObject([{ action: "connection.test", providerId: "openai", keys: [] }]);
});

test.each([
  [401, "", "auth"],
  [403, "", "permission"],
  [404, "", "not_found"],
  [402, "", "quota"],
  [429, "slow down", "rate_limit"],
  [429, '{"error":{"code":"insufficient_quota"}}', "quota"],
  [500, "", "protocol"],
  [504, "", "timeout"],
])("the status %d with %j is the cause %s", async (status, body, cause) => {
  const server = await serve((_, response) => response.writeHead(status).end(body));
  const world = await openWorld();
  const report = await world.access.testHttp(draftTo(server.address, canary));
  expect([report.outcome, report.cause]).toEqual(["failed", cause]);
});

test.each([
  ["refused", "connect failed", async () => "http://127.0.0.1:2/v1"],
  ["dns", "dns failed", async () => `http://${"a".repeat(64)}.test/v1`],
  [
    "tls",
    "tls failed",
    async () => (await serve((_, response) => response.end())).address.replace("http", "https"),
  ],
  [
    "protocol",
    "request failed",
    async () => (await serveSocket((socket) => socket.end("220 hello\r\n"))).address,
  ],
  [
    "not_found",
    "request failed",
    async () => (await serve((_, response) => response.writeHead(302, { location: "/login" }).end())).address,
  ],
])("the cause %s shows at its step", async (cause, step, addressOf) => {
  const world = await openWorld();
  const report = await world.access.testHttp(draftTo(await addressOf(), canary));
  expect([report.cause, stepsOf(report), report.details]).toEqual([cause, [step], ""]);
});

test("a test ends with its time, and at once when it is cancelled", async () => {
  const server = await serve(() => undefined);
  const world = await openWorld();
  const late = world.access.testHttp(draftTo(server.address, canary));
  await server.nextRequest();
  world.clock.advance(10_000);
  const cut = new AbortController();
  server.seen.length = 0;
  const cancelled = world.access.testHttp(draftTo(server.address, canary, { signal: cut.signal }));
  await server.nextRequest();
  cut.abort();
  expect([await late, await cancelled]).toMatchObject([
    { outcome: "failed", cause: "timeout", steps: [{ durationMs: 10_000 }] },
    { outcome: "cancelled", cause: "cancelled" },
  ]);
});

test("a long answer is cut to 4 KiB, and a value that stands apart in it does not come together", async () => {
  const apart = canary.split("").join("\u200b");
  const server = await serve((request, response) =>
    response.writeHead(500).end(`${apart} ${request.headers.authorization} ${"ü".repeat(5_000)}`),
  );
  const world = await openWorld();
  const report = await world.access.testHttp(draftTo(server.address, canary));
  expect(CheckReportSchema.parse(report).details).not.toContain(canary);
  expect(Buffer.byteLength(report.details)).toBeLessThanOrEqual(4_096);
  expect(Buffer.byteLength(report.details)).toBeGreaterThan(4_090);
});

test("drafts that are tried at the same time, each with its own address and key, never mix", async () => {
  const servers = await Promise.all(
    [1, 2, 3, 4].map(() =>
      serve((request, response) => response.writeHead(400).end(request.headers["authorization"])),
    ),
  );
  const world = await openWorld({ address: servers[0]?.address ?? "" });
  const runs = Array.from({ length: 40 }, (_, at) => ({
    key: `canary-draft-${at}-key`,
    server: servers[at % 4],
  }));
  const reports = await Promise.all(
    runs.map(({ key, server }) =>
      world.access.testHttp(draftTo(server?.address ?? "", key, { saved: openai })),
    ),
  );
  for (const [at, server] of servers.entries()) {
    const keys = new Set(server.seen.map(({ headers }) => headers.authorization));
    const expected = runs.filter((run) => run.server === server).map(({ key }) => `Bearer ${key}`);
    expect([at, server.seen.length, keys]).toEqual([at, expected.length, new Set(expected)]);
  }
  expect(new Set(reports.map(({ details }) => details))).toEqual(new Set(["HTTP 400\nBearer [redacted]"]));
});

test("a saved secret fills a draft of the same address, and is sent to no other", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const elsewhere = await serve((_, response) => response.end("{}"));
  const world = await openWorld({ address: server.address });
  const answers = [
    await world.access.testHttp(draftTo(`${server.address}/beta`, undefined, { saved: openai })),
    await world.access.testHttp(draftTo(elsewhere.address, undefined, { saved: openai })),
  ];
  expect(server.seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ["/v1/beta/models?limit=1", `Bearer ${canary}`],
  ]);
  expect([answers[0]?.outcome, answers[1], elsewhere.seen]).toEqual([
    "ok",
    {
      outcome: "failed",
      cause: "internal",
      steps: [],
      details: "The saved secret is sent to the saved address only. Enter it again to try another one.",
    },
    [],
  ]);
});

test("nothing is sent while the log cannot be written", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const world = await openWorld();
  world.log.isBroken = true;
  const report = await world.access.testHttp(draftTo(server.address, canary));
  expect([report.outcome, report.cause, server.seen]).toEqual(["failed", "internal", []]);
});

test("a connection that cannot be used is said to be so", async () => {
  const world = await openWorld();
  world.connections.clear();
  const report = await world.access.testHttp({ test: modelsTest, signal: never(), saved: openai });
  expect(report).toEqual({
    outcome: "failed",
    cause: "internal",
    steps: [],
    details: "The connection cannot be used as it is saved.",
  });
});

import { gzipSync } from "node:zlib";
import type { BrokerResponse } from "@latchkey/api-contracts/access";
import { type SecretRef, SecretRef as SecretRefSchema } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import {
  apiKey,
  canary,
  connectionTo,
  models,
  openai,
  openWorld,
  other,
  type World,
} from "./support/access-world.ts";
import { serve, serveSocket, startModelServer } from "./support/servers.ts";

const ask = { connectionId: openai, requesterId: models, reason: "To list the models" };

async function allow(world: World, choice: "once" | "always" = "always"): Promise<SecretRef> {
  const asking = world.access.requestAccess(ask);
  await world.person.answer(choice);
  const response = await asking;
  if (!response.granted) throw new TypeError(`denied: ${response.reason}`);
  return response.secretRef;
}

const textOf = (answer: BrokerResponse) => (answer.ok ? Buffer.from(answer.body).toString() : answer.reason);

/** Nothing of the credential, in whatever came out of the broker. */
function expectNoCanary(world: World, answer: BrokerResponse): void {
  const body = answer.ok ? Buffer.from(answer.body) : Buffer.from("");
  const shown = [
    JSON.stringify({ ...answer, body: "" }),
    ...(["latin1", "utf8", "utf16le"] as const).map((encoding) => body.toString(encoding)),
    JSON.stringify(world.audit),
    JSON.stringify(world.troubles),
  ].join("\n");
  for (const form of [
    canary,
    Buffer.from(canary).toString("base64").slice(2, -4),
    Buffer.from(canary).toString("hex"),
  ]) {
    expect(shown).not.toContain(form);
  }
}

test("a model server lets the broker in and lists its models to the requester", async () => {
  const { address } = await startModelServer(canary);
  const world = await openWorld({ address });
  const ref = await allow(world);
  const listed = await world.access.fetch(models, ref, { path: "/models" });
  const said = await world.access.fetch(models, ref, {
    method: "POST",
    path: "/chat/completions",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "gpt-mock", messages: [{ role: "user", content: "ping" }] }),
  });
  expect([JSON.parse(textOf(listed)), JSON.parse(textOf(said))]).toEqual([
    { object: "list", data: [{ id: "gpt-mock", object: "model" }] },
    { choices: [{ message: { role: "assistant", content: "pong" } }] },
  ]);
  world.secrets.set(`${openai} api-key`, "canary-wrong-key");
  const refused = await world.access.fetch(models, ref, { path: "/models" });
  expect([refused.ok && refused.status, textOf(refused)]).toEqual([
    401,
    JSON.stringify({ error: { message: "Incorrect API key provided: Bearer [redacted]" } }),
  ]);
});

test("a request arrives with the credential, the provider's headers and those that a requester may choose", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const world = await openWorld();
  world.connections.set(
    openai,
    connectionTo(server.address, {}, { headers: { "x-api-version": "2", host: "elsewhere.example" } }),
  );
  await world.access.fetch(models, await allow(world), {
    method: "POST",
    path: "/chat/completions",
    query: { "api version": "1&2", tag: ["a", "b"] },
    headers: { "content-type": "application/json", accept: "application/json" },
    body: '{"x":"ü"}',
  });
  const { host } = new URL(server.address);
  expect(server.seen).toEqual([
    {
      method: "POST",
      url: "/v1/chat/completions?api+version=1%262&tag=a&tag=b",
      headers: {
        accept: "application/json",
        "accept-encoding": "gzip, deflate, br",
        "accept-language": "*",
        authorization: `Bearer ${canary}`,
        "cache-control": "no-cache",
        connection: "keep-alive",
        "content-length": "10",
        "content-type": "application/json",
        host,
        pragma: "no-cache",
        "sec-fetch-mode": "cors",
        "user-agent": "Latchkey",
        "x-api-version": "2",
      },
      body: '{"x":"ü"}',
    },
  ]);
});

test.each([
  [
    "a header with a prefix",
    { type: "header", name: { value: "X-Api-Key" }, field: apiKey, prefix: "Token " },
    { "x-api-key": `Token ${canary}` },
  ],
  [
    "a header that the form names",
    { type: "header", name: { field: apiKey.replace("api-key", "header") as typeof apiKey }, field: apiKey },
    { "x-from-form": canary },
  ],
  [
    "basic authentication",
    { type: "basic", userField: "user" as typeof apiKey, field: apiKey },
    { authorization: `Basic ${Buffer.from(`ada:${canary}`).toString("base64")}` },
  ],
  [
    "the choice of an enum field",
    {
      type: "choice",
      field: "kind" as typeof apiKey,
      cases: { bearer: { type: "bearer", field: apiKey }, none: { type: "none" } },
    },
    { authorization: `Bearer ${canary}` },
  ],
] as const)("the credential goes as %s, and does not come back", async (_what, credential, expected) => {
  const server = await serve((request, response) => response.end(JSON.stringify(request.headers)));
  const world = await openWorld();
  const values = { "base-url": server.address, header: "X-From-Form", user: "ada", kind: "bearer" };
  world.connections.set(openai, connectionTo(server.address, { values }, { credential }));
  const answer = await world.access.fetch(models, await allow(world), { path: "/models" });
  expect(server.seen[0]?.headers).toMatchObject(expected);
  expectNoCanary(world, answer);
});

test("a connection whose optional key was left empty goes without one", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const world = await openWorld();
  world.connections.set(openai, connectionTo(server.address, { secretFields: [] }));
  await world.access.fetch(models, await allow(world), { path: "/models" });
  expect(server.seen[0]?.headers.authorization).toBeUndefined();
});

test.each([
  ["two lines", `${canary}\r\nx-injected: 1`],
  ["a character that no header carries", `${canary}\u{1f511}`],
  ["nothing", ""],
])("a value of %s is refused before it is sent, and not quoted", async (_what, value) => {
  const server = await serve((_, response) => response.end("{}"));
  const world = await openWorld({ address: server.address });
  const ref = await allow(world);
  world.secrets.set(`${openai} api-key`, value);
  const answer = await world.access.fetch(models, ref, { path: "/models" });
  expect([answer, server.seen]).toEqual([{ ok: false, reason: "secret-unavailable" }, []]);
  expectNoCanary(world, answer);
});

test("a value that cannot be read sends nothing", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const world = await openWorld({ address: server.address });
  const ref = await allow(world);
  world.secrets.clear();
  const answer = await world.access.fetch(models, ref, { path: "/models" });
  expect([answer, server.seen]).toEqual([{ ok: false, reason: "secret-unavailable" }, []]);
});

const echoes: [string, (value: string) => Buffer][] = [
  ["as it is", (value) => Buffer.from(`key=${value};`)],
  ["in base64", (value) => Buffer.from(Buffer.from(`x${value}y`).toString("base64"))],
  ["in hex", (value) => Buffer.from(Buffer.from(value).toString("hex"))],
  ["percent-encoded", (value) => Buffer.from(encodeURIComponent(value))],
  ["JSON-escaped", (value) => Buffer.from(JSON.stringify({ key: value }))],
  ["in UTF-16", (value) => Buffer.from(`key=${value};`, "utf16le")],
  [
    "in a binary file",
    (value) => Buffer.concat([Buffer.from([0, 255, 254, 1]), Buffer.from(value), Buffer.from([255])]),
  ],
  ["escaped for HTML", (value) => Buffer.from(value.replaceAll("&", "&amp;").replaceAll('"', "&quot;"))],
];

test.each(echoes)(
  "a credential that comes back %s is taken out, byte by byte, whole and packed",
  async (_what, encode) => {
    const secret = `${canary}&"/+~`;
    const body = encode(secret);
    const server = await serve((request, response) => {
      const kind = request.headers["accept-language"];
      if (kind === "gzip") {
        response.writeHead(200, { "content-encoding": "gzip" });
        return response.end(gzipSync(body));
      }
      if (kind === "whole") return response.end(body);
      const write = (at: number): void => {
        if (at === body.length) return void response.end();
        response.write(body.subarray(at, at + 1), () => setImmediate(() => write(at + 1)));
      };
      return write(0);
    });
    const world = await openWorld({ address: server.address });
    world.secrets.set(`${openai} api-key`, secret);
    const ref = await allow(world);
    const bodies: string[] = [];
    for (const kind of ["whole", "bytes", "gzip"]) {
      const answer = await world.access.fetch(models, ref, {
        path: "/models",
        headers: { "accept-language": kind },
      });
      expectNoCanary(world, answer);
      bodies.push(textOf(answer));
    }
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]).toContain("[redacted]");
  },
);

test("what is passed on of the headers is scrubbed, and all others stay", async () => {
  const server = await serve((request, response) => {
    const key = request.headers.authorization?.slice(7) ?? "";
    response.writeHead(200, {
      "content-type": "text/plain",
      "set-cookie": `session=${key}`,
      "x-echo": key,
      etag: `"${Buffer.from(key).toString("base64")}"`,
      link: `<https://api.example/models?key=${key}>; rel="next"`,
      "x-ratelimit-remaining": "7",
      "x-request-id": "r1",
    });
    response.end();
  });
  const world = await openWorld({ address: server.address });
  const answer = await world.access.fetch(models, await allow(world), { path: "/models" });
  expect(answer.ok && { ...answer.headers, date: "now" }).toEqual({
    "content-type": "text/plain",
    date: "now",
    etag: '"[redacted]"',
    link: '<https://api.example/models?key=[redacted]>; rel="next"',
    "x-ratelimit-remaining": "7",
    "x-request-id": "r1",
  });
  expectNoCanary(world, answer);
});

test("bytes that have nothing to do with the credential come through as they are", async () => {
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, at) => (at * 7 + (at >> 8)) % 256));
  const server = await serve((_, response) => response.end(bytes));
  const world = await openWorld({ address: server.address });
  const answer = await world.access.fetch(models, await allow(world), { path: "/models" });
  expect(answer.ok && Buffer.from(answer.body).equals(bytes)).toBe(true);
});

test.each([301, 302, 303, 307, 308])(
  "a redirection with %d is not followed, neither elsewhere nor at home",
  async (status) => {
    const elsewhere = await serve((_, response) => response.end("{}"));
    const server = await serve((request, response) => {
      const location = request.url === "/v1/models" ? elsewhere.address : "/v1/models/other";
      response.writeHead(status, { location }).end();
    });
    const world = await openWorld({ address: server.address });
    const ref = await allow(world);
    const answers = [
      await world.access.fetch(models, ref, { path: "/models" }),
      await world.access.fetch(models, ref, { path: "/models/home" }),
    ];
    expect([answers, elsewhere.seen, server.seen.length]).toEqual([
      [
        { ok: false, reason: "redirect" },
        { ok: false, reason: "redirect" },
      ],
      [],
      2,
    ]);
  },
);

test("a server that does not answer is given up after 30 seconds", async () => {
  const server = await serve(() => undefined);
  const world = await openWorld({ address: server.address });
  const ref = await allow(world);
  const answering = world.access.fetch(models, ref, { path: "/models" });
  await server.nextRequest();
  world.clock.advance(30_000);
  expect(await answering).toEqual({ ok: false, reason: "timeout" });
});

test("a server that never ends its answer is given up after 30 seconds", async () => {
  const server = await serve((_, response) => void response.write("{"));
  const world = await openWorld({ address: server.address });
  const ref = await allow(world);
  const answering = world.access.fetch(models, ref, { path: "/models" });
  await server.nextRequest();
  world.clock.advance(30_000);
  expect(await answering).toEqual({ ok: false, reason: "timeout" });
});

test("an answer over the limit is cut off, also when it is small as long as it is packed", async () => {
  const bomb = gzipSync(Buffer.alloc(6 * 1024 * 1024));
  const server = await serve((request, response) => {
    if (request.url === "/v1/models") return void response.end(Buffer.alloc(5 * 1024 * 1024 + 1, "x"));
    response.writeHead(200, { "content-encoding": "gzip" });
    return void response.end(bomb);
  });
  const world = await openWorld({ address: server.address });
  const ref = await allow(world);
  const answers = [
    await world.access.fetch(models, ref, { path: "/models" }),
    await world.access.fetch(models, ref, { path: "/models/bomb" }),
  ];
  expect([answers, bomb.length < 10_000]).toEqual([
    [
      { ok: false, reason: "too-large" },
      { ok: false, reason: "too-large" },
    ],
    true,
  ]);
});

test("an answer in an encoding that cannot be undone is not passed on", async () => {
  const server = await serve((_, response) => {
    response.writeHead(200, { "content-encoding": "zstd" });
    response.end("packed");
  });
  const world = await openWorld({ address: server.address });
  const answer = await world.access.fetch(models, await allow(world), { path: "/models" });
  expect(answer).toEqual({ ok: false, reason: "protocol" });
});

test.each([
  ["drops the connection", (socket: { destroy: () => void }) => socket.destroy(), "protocol"],
  [
    "speaks something else",
    (socket: { end: (text: string) => void }) => socket.end("220 mail.example ESMTP\r\n"),
    "protocol",
  ],
  [
    "promises more than it sends",
    (socket: { end: (text: string) => void }) =>
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc"),
    "protocol",
  ],
])("a server that %s is told in one word", async (_what, answerOf, reason) => {
  const { address } = await serveSocket((socket) => socket.once("data", () => answerOf(socket)));
  const world = await openWorld({ address });
  const answer = await world.access.fetch(models, await allow(world), { path: "/models" });
  expect([answer, world.steps().at(-1)]).toEqual([{ ok: false, reason }, `broker.fetch failed ${reason}`]);
});

test.each([
  ["nobody listens", "http://127.0.0.1:2/v1", "refused"],
  ["the name is not known", `http://${"a".repeat(64)}.test/v1`, "dns"],
])("where %s, the word is not the address", async (_what, address, reason) => {
  const world = await openWorld({ address });
  expect(await world.access.fetch(models, await allow(world), { path: "/models" })).toEqual({
    ok: false,
    reason,
  });
});

test("a server without TLS at an address with it is told as such", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const world = await openWorld({ address: server.address.replace("http:", "https:") });
  const answer = await world.access.fetch(models, await allow(world), { path: "/models" });
  expect(answer).toEqual({ ok: false, reason: "tls" });
});

test("a use is in the log before the server is asked, without path, query and value", async () => {
  const server = await serve((_, response) => response.end(JSON.stringify(world.steps())));
  const world = await openWorld({ address: server.address });
  const ref = await allow(world, "once");
  const answer = await world.access.fetch(models, ref, {
    path: "/models",
    query: { search: "canary-query" },
  });
  expect(JSON.parse(textOf(answer))).toEqual([
    "access.request done",
    "consent.grant done once",
    "access.grant done once",
    "broker.fetch done",
  ]);
  expect(world.audit.at(-1)).toEqual({
    actor: models,
    action: "broker.fetch",
    outcome: "done",
    keys: [],
    connectionId: openai,
    connectionName: "OpenAI",
    providerId: "openai",
    scope: "user",
    host: new URL(server.address).host,
    method: "GET",
  });
});

test("nothing is sent while the log cannot be written, and the one use is spent", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const world = await openWorld({ address: server.address });
  const ref = await allow(world, "once");
  world.log.isBroken = true;
  const answers = [
    await world.access.fetch(models, ref, { path: "/models" }),
    await world.access.fetch(models, ref, { path: "/models" }),
  ];
  expect([answers, server.seen]).toEqual([
    [
      { ok: false, reason: "not-recorded" },
      { ok: false, reason: "no-access" },
    ],
    [],
  ]);
});

test("a ref of another requester, a spent, an expired, a made-up and a malformed one get the same answer", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const world = await openWorld({ address: server.address });
  const spent = await allow(world, "once");
  await world.access.fetch(models, spent, { path: "/models" });
  server.seen.length = 0;
  const live = await allow(world);
  const madeUp = SecretRefSchema.parse(`ref_${"A".repeat(43)}`);
  const requests: [typeof models, SecretRef][] = [
    [other, live],
    [models, spent],
    [models, madeUp],
    [models, "ref_" as SecretRef],
    [models, "__proto__" as SecretRef],
  ];
  const paths = ["/models", "/not-declared", "/../models"];
  for (const [who, ref] of requests) {
    for (const path of paths) {
      expect(await world.access.fetch(who, ref, { path })).toEqual({ ok: false, reason: "no-access" });
    }
  }
  world.clock.advance(60 * 60_000);
  expect(await world.access.fetch(models, live, { path: "/models" })).toEqual({
    ok: false,
    reason: "no-access",
  });
  expect(server.seen).toEqual([]);
});

test("a ref for one use dies after five minutes", async () => {
  const world = await openWorld();
  const ref = await allow(world, "once");
  world.clock.advance(5 * 60_000);
  expect(await world.access.fetch(models, ref, { path: "/models" })).toEqual({
    ok: false,
    reason: "no-access",
  });
});

test("a request that is not declared does not use up the one use", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const world = await openWorld({ address: server.address });
  const ref = await allow(world, "once");
  const answers = [
    await world.access.fetch(models, ref, { path: "/files" }),
    await world.access.fetch(models, ref, { method: "DELETE", path: "/models/1" }),
    await world.access.fetch(models, ref, { path: "/models", body: "x" }),
    await world.access.fetch(models, ref, { path: "/models" }),
  ];
  expect(answers.map((answer) => (answer.ok ? answer.status : answer.reason))).toEqual([
    "not-declared",
    "not-declared",
    "invalid-request",
    200,
  ]);
});

test("revoking, stopping and cancelling end a request that is under way", async () => {
  const server = await serve(() => undefined);
  const pair = { requesterId: models, connectionId: openai };
  const ends: ((world: World, cut: AbortController) => unknown)[] = [
    (world) => world.access.consentHandlers.revoke(pair),
    (world) => world.access.requesterStopped(models),
    (_, cut) => cut.abort(),
  ];
  for (const end of ends) {
    const world = await openWorld({ address: server.address });
    const cut = new AbortController();
    const ref = await allow(world, "once");
    server.seen.length = 0;
    const answering = world.access.fetch(models, ref, { path: "/models" }, cut.signal);
    await server.nextRequest();
    await end(world, cut);
    expect(await answering).toEqual({ ok: false, reason: "cancelled" });
  }
});

test("one requester has no more than eight requests under way, and another is served meanwhile", async () => {
  const server = await serve((request, response) => {
    if (request.headers["accept-language"] === "other") response.end("{}");
  });
  const world = await openWorld({ address: server.address });
  const ref = await allow(world);
  const cut = new AbortController();
  const answering = Array.from({ length: 12 }, () =>
    world.access.fetch(models, ref, { path: "/models" }, cut.signal),
  );
  const asking = world.access.requestAccess({ ...ask, requesterId: other });
  await world.person.answer("once");
  const response = await asking;
  if (!response.granted) throw new TypeError(response.reason);
  const answer = await world.access.fetch(other, response.secretRef, {
    path: "/models",
    headers: { "accept-language": "other" },
  });
  cut.abort();
  const reasons = (await Promise.all(answering)).map(textOf);
  expect([answer.ok, reasons.filter((reason) => reason === "too-many-requests").length]).toEqual([true, 4]);
});

test("a flood of uses is refused, and recorded once", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const world = await openWorld({ address: server.address, limits: { uses: { count: 5, perMs: 60_000 } } });
  const ref = await allow(world);
  const answers: BrokerResponse[] = [];
  for (let n = 0; n < 40; n++) answers.push(await world.access.fetch(models, ref, { path: "/models" }));
  const refusals = world.steps().filter((step) => step === "broker.fetch refused too-many-requests");
  expect([answers.filter(({ ok }) => ok).length, server.seen.length, refusals.length]).toEqual([5, 5, 1]);
});

const read = async (values: ReadonlyMap<string, Uint8Array>) =>
  Buffer.from(values.get("api-key") ?? "").toString();

test("the app's own code gets values for its server, and by a ref no more fields than were allowed", async () => {
  const world = await openWorld();
  const ref = await allow(world);
  const server = "server" as typeof models;
  expect([
    await world.access.use({ requesterId: server, connectionId: openai }, [apiKey], read),
    await world.access.use({ requesterId: models, secretRef: ref }, [apiKey], read),
    world.steps().slice(-2),
  ]).toEqual([canary, canary, ["broker.use done", "broker.use done"]]);
  const user = "user" as typeof apiKey;
  await expect(world.access.use({ requesterId: models, secretRef: ref }, [user], read)).rejects.toMatchObject(
    {
      code: "access.refused",
      details: { reason: "not-declared" },
    },
  );
  await expect(
    world.access.use({ requesterId: models, connectionId: openai }, [apiKey], read),
  ).rejects.toMatchObject({
    code: "access.refused",
    details: { reason: "no-access" },
  });
  world.log.isBroken = true;
  await expect(
    world.access.use({ requesterId: server, connectionId: openai }, [apiKey], read),
  ).rejects.toMatchObject({
    code: "audit.failed",
  });
});

import { EventEmitter, once } from "node:events";
import { AppError } from "@latchkey/api-contracts/errors";
import { ConnectionId, RequesterId, SecretRef } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { type BridgeOptions, bridgeLimits, createBridge } from "./bridge.ts";

const requesterId = RequesterId.parse("extension:acme.models");
const connectionId = ConnectionId.parse("5f0c1f54-93c3-4c8a-8a6b-1d3f0c5b7a10");
const secretRef = SecretRef.parse(`ref_${"a".repeat(43)}`);

/** A bridge to an access that notes what it is asked and has nothing to give. Its clock stands still. */
function openBridge(changes: Partial<BridgeOptions["access"]> = {}) {
  const asked: unknown[] = [];
  const seen = { floods: 0, unexpected: [] as unknown[] };
  const ending = new AbortController();
  const clock = { nowMs: 0 };
  const send = createBridge({
    requesterId,
    access: {
      requestAccess: async (request) => {
        asked.push(request);
        return { granted: false, reason: "denied" };
      },
      fetch: async (...args) => {
        asked.push(args.slice(0, 3));
        return { ok: false, reason: "no-access" };
      },
      ...changes,
    },
    listConnections: async () => [],
    onLog: (line) => asked.push(line),
    onFlood: () => {
      seen.floods += 1;
    },
    onUnexpected: (error) => seen.unexpected.push(error),
    nowMs: () => clock.nowMs,
    signal: ending.signal,
  });
  const ask = async (message: unknown): Promise<unknown> => JSON.parse(await send(JSON.stringify(message)));
  return { send, ask, asked, seen, ending, clock };
}

const accessCall = { id: 1, call: "request-access", params: { connectionId, reason: "Read the models" } };

test("the app says who asks", async () => {
  const { ask, asked } = openBridge();
  expect(await ask(accessCall)).toEqual({ id: 1, ok: true, data: { granted: false, reason: "denied" } });
  expect(asked).toEqual([{ connectionId, reason: "Read the models", requesterId }]);
});

test.each([
  [
    "a requester of its own choice",
    { ...accessCall, params: { ...accessCall.params, requesterId: "server" } },
  ],
  ["a field beside", { ...accessCall, requesterId: "server" }],
  ["an unknown call", { ...accessCall, call: "read-secret" }],
  ["a call that objects have", { id: 1, call: "constructor", params: {} }],
  ["a reason of 201 characters", { ...accessCall, params: { connectionId, reason: "x".repeat(201) } }],
  ["no reason", { ...accessCall, params: { connectionId, reason: "" } }],
  [
    "a credential of its own",
    { id: 1, call: "fetch", params: { secretRef, request: { path: "/", headers: { authorization: "x" } } } },
  ],
  [
    "a whole address for a path",
    { id: 1, call: "fetch", params: { secretRef, request: { path: "https://a.example/" } } },
  ],
])("a message with %s is refused and reaches nobody", async (_what, message) => {
  const { ask, asked } = openBridge();
  expect(await ask(message)).toMatchObject({ id: 1, ok: false, error: { code: "request.invalid" } });
  expect(asked).toEqual([]);
});

test("a field __proto__ is refused, and no object has got anything by it", async () => {
  const { send, asked } = openBridge();
  const texts = [
    '{"id":1,"call":"log","params":{"level":"info","text":"x"},"__proto__":{"polluted":1}}',
    '{"id":1,"call":"log","params":{"level":"info","text":"x","__proto__":{"polluted":1}}}',
    '{"id":1,"__proto__":{"call":"log","params":{"level":"info","text":"x"}}}',
  ];
  for (const text of texts) expect(JSON.parse(await send(text))).toMatchObject({ ok: false });
  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect(asked).toEqual([]);
});

test.each(["", "{", "null", "[]", '"text"', '{"id":0}', '{"id":1.5}', '{"__proto__":{"id":1}}'])(
  "a text without a number to answer to is refused: %s",
  async (text) => {
    await expect(openBridge().send(text)).rejects.toMatchObject({ code: "request.invalid" });
  },
);

test("a number that is under way is not taken twice", async () => {
  const finishing = new EventEmitter();
  const { ask } = openBridge({
    requestAccess: async () => {
      await once(finishing, "finish");
      return { granted: false, reason: "denied" };
    },
  });
  const first = ask(accessCall);
  expect(await ask(accessCall)).toMatchObject({ ok: false, error: { code: "request.invalid" } });
  finishing.emit("finish");
  expect(await first).toMatchObject({ ok: true });
});

test("only so many calls are under way at once", async () => {
  const { send, ask, ending } = openBridge({ requestAccess: () => new Promise(() => undefined) });
  for (let id = 1; id <= bridgeLimits.maxInFlight; id += 1) void send(JSON.stringify({ ...accessCall, id }));
  expect(await ask({ ...accessCall, id: 99 })).toMatchObject({
    error: { code: "extensions.too-many-calls" },
  });
  ending.abort();
});

test("a flood is reported and answered no more; wrong messages reach it sooner", async () => {
  const { send, seen } = openBridge();
  const log = (id: number) => send(JSON.stringify({ id, call: "log", params: { level: "info", text: "x" } }));
  for (let id = 1; id <= bridgeLimits.burst; id += 1) await log(id);
  expect(seen.floods).toBe(0);
  await expect(log(1_000)).rejects.toMatchObject({ code: "extensions.too-many-calls" });
  expect(seen.floods).toBe(1);

  const wrong = openBridge();
  for (let n = 0; n < bridgeLimits.burst / bridgeLimits.wrongCost; n += 1)
    await wrong.send("{").catch(() => "");
  await expect(wrong.send("{")).rejects.toMatchObject({ code: "extensions.too-many-calls" });
});

test("what is answered after the end goes to nobody", async () => {
  const { send, ending } = openBridge({
    requestAccess: async () => {
      ending.abort();
      return { granted: false, reason: "cancelled" };
    },
  });
  expect(await send(JSON.stringify(accessCall))).toBe("");
});

test("an answer comes as text where it is text, else as base64", async () => {
  const bodies = [new TextEncoder().encode("Ключ"), new Uint8Array([0xff, 0x00])];
  const { ask } = openBridge({
    fetch: async () => ({ ok: true, status: 200, headers: {}, body: bodies.shift() ?? new Uint8Array() }),
  });
  const call = (id: number) =>
    ask({ id, call: "fetch", params: { secretRef, request: { path: "/v1/models" } } });
  expect([await call(1), await call(2)]).toMatchObject([
    { data: { body: "Ключ", encoding: "utf8" } },
    { data: { body: "/wA=", encoding: "base64" } },
  ]);
});

test("the reply to an unexpected error says nothing of it", async () => {
  const { ask, seen } = openBridge({ requestAccess: () => Promise.reject(new Error("canary-detail")) });
  const reply = await ask(accessCall);
  expect(reply).toMatchObject({ ok: false, error: { code: "internal.unexpected" } });
  expect(JSON.stringify(reply)).not.toContain("canary");
  expect(seen.unexpected).toHaveLength(1);
});

test("an error of the table crosses with its code", async () => {
  const { ask, seen } = openBridge({ requestAccess: () => Promise.reject(new AppError("secrets.locked")) });
  expect(await ask(accessCall)).toMatchObject({ ok: false, error: { code: "secrets.locked" } });
  expect(seen.unexpected).toEqual([]);
});

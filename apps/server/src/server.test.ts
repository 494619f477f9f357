import type { EnvName } from "@latchkey/api-contracts/ids";
import { EnvironmentResponse, HealthResponse, ReadyResponse } from "@latchkey/api-contracts/server";
import { FRONT_HEADER } from "@latchkey/api-contracts/server-names";
import { expect, test } from "vitest";
import { buildServer } from "./server.ts";

const token = "t".repeat(43);
const nonce = "n".repeat(22);
const names = ["PROVIDER_A_KEY", "PROVIDER_B_KEY"] as EnvName[];
const app = buildServer({
  host: "127.0.0.1",
  port: 4_000,
  generation: 3,
  nonce,
  token,
  names,
  secrets: new Map([["PROVIDER_A_KEY" as EnvName, "canary-a"]]),
  parentWatch: "none",
});

const host = "127.0.0.1:4000";
const authorization = `Bearer ${token}`;

async function ask(path: string, headers: Record<string, string>, method = "GET") {
  const response = await app.request(path, { method, headers });
  return { status: response.status, body: await response.json() };
}

test("health and readiness are open, and tell which incarnation answers", async () => {
  const health = await ask("/healthz", { host });
  const ready = await ask("/readyz", { host: "localhost:4000" });
  expect(HealthResponse.parse(health.body)).toEqual({ status: "healthy", generation: 3, nonce });
  expect(ReadyResponse.parse(ready.body)).toEqual({ status: "ready", generation: 3, nonce });
  expect([health.status, ready.status]).toEqual([200, 200]);
});

test("the environment tells which mapped names are set, never a value", async () => {
  const { status, body } = await ask("/v1/environment", { host, authorization });
  expect([status, EnvironmentResponse.parse(body)]).toEqual([
    200,
    {
      generation: 3,
      names: [
        { name: "PROVIDER_A_KEY", isSet: true },
        { name: "PROVIDER_B_KEY", isSet: false },
      ],
    },
  ]);
});

test("a check is for whoever has the token itself, not for those who come through the front", async () => {
  const answers = [
    await ask("/v1/checks/smtp", { host, authorization }, "POST"),
    await ask("/v1/checks/smtp", { host, authorization, [FRONT_HEADER]: "1" }, "POST"),
    await ask("/v1/checks/smtp", { host }, "POST"),
  ];
  expect(answers).toMatchObject([
    { status: 400, body: { error: { code: "request.invalid" } } },
    { status: 404, body: { error: { code: "server.not-found" } } },
    { status: 401, body: { error: { code: "server.unauthorized" } } },
  ]);
});

test.each([
  ["no token", {}],
  ["an empty one", { authorization: "" }],
  ["another one", { authorization: `Bearer ${"u".repeat(43)}` }],
  ["a longer one", { authorization: `${authorization}t` }],
  ["a shorter one", { authorization: authorization.slice(0, -1) }],
  ["another scheme", { authorization: token }],
])("with %s, all but health is refused, also addresses that there are not", async (_, headers) => {
  for (const path of ["/v1/environment", "/nowhere"]) {
    expect(await ask(path, { host, ...headers })).toMatchObject({
      status: 401,
      body: { error: { code: "server.unauthorized" } },
    });
  }
});

test.each(["evil.example:4000", "127.0.0.1", "127.0.0.1:4001", "127.0.0.1:4000.evil.example", ""])(
  "a request for the host %o is refused, health included",
  async (foreign) => {
    for (const path of ["/healthz", "/v1/environment"]) {
      expect(await ask(path, { host: foreign, authorization })).toMatchObject({
        status: 404,
        body: { error: { code: "server.not-found" } },
      });
    }
  },
);

test("with the token, an unknown address or method is a typed error", async () => {
  const refused = { status: 404, body: { error: { code: "server.not-found" } } };
  expect(await ask("/nowhere", { host, authorization })).toMatchObject(refused);
  expect(await ask("/v1/environment", { host, authorization }, "POST")).toMatchObject(refused);
});

test("no answer may be stored", async () => {
  for (const path of ["/healthz", "/readyz", "/v1/environment", "/nowhere"]) {
    const response = await app.request(path, { headers: { host, authorization } });
    expect(response.headers.get("cache-control")).toBe("no-store");
  }
});

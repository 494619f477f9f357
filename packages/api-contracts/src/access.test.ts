import { expect, test } from "vitest";
import {
  AccessRequest,
  AccessResponse,
  BrokerRequest,
  BrokerResponse,
  ForeignText,
  ToolAccessRequest,
  ToolConnectionsRequest,
  ToolConnectionsResponse,
  ToolFetchRequest,
  ToolFetchResponse,
} from "./access.ts";

const connectionId = "6f1b1f0e-6d0c-4c51-9a57-0a1f1c1f0b11";
const requesterId = "extension:acme.models";
const secretRef = `ref_${"A".repeat(43)}`;

test("an access request names a connection, who asks and why", () => {
  const request = { connectionId, requesterId, reason: "To list the models" };
  expect(AccessRequest.parse(request)).toEqual(request);
});

test.each([
  ["no reason", { connectionId, requesterId, reason: "" }],
  ["a reason that is too long", { connectionId, requesterId, reason: "x".repeat(201) }],
  ["another kind of requester", { connectionId, requesterId: "person", reason: "why" }],
  ["a connection that is no id", { connectionId: "../1", requesterId, reason: "why" }],
  ["a further field", { connectionId, requesterId, reason: "why", reach: "always" }],
])("an access request with %s is refused", (_what, request) => {
  expect(AccessRequest.safeParse(request).success).toBe(false);
});

test("an access response grants a ref or says in one word why not", () => {
  const granted = {
    granted: true,
    secretRef,
    reach: "once",
    fields: ["api-key"],
    expiresAt: "2026-01-02T03:04:05.678Z",
  };
  expect([AccessResponse.parse(granted), AccessResponse.parse({ granted: false, reason: "denied" })]).toEqual(
    [granted, { granted: false, reason: "denied" }],
  );
});

test.each([
  ["a denial with a ref", { granted: false, reason: "denied", secretRef }],
  ["a denial in free words", { granted: false, reason: "The person said no" }],
  ["a grant without a ref", { granted: true, reach: "once", fields: [] }],
])("%s is no access response", (_what, response) => {
  expect(AccessResponse.safeParse(response).success).toBe(false);
});

test("a broker request has the method GET, no query and no headers unless it says so", () => {
  expect(BrokerRequest.parse({ path: "/models" })).toEqual({
    method: "GET",
    path: "/models",
    query: {},
    headers: {},
  });
});

test.each([
  ["a path that is a whole address", { path: "https://example.com/" }],
  ["a path with a query", { path: "/models?limit=1" }],
  ["a path with a line break", { path: "/models\r\nhost: example.com" }],
  ["an authorization header", { path: "/models", headers: { authorization: "Bearer canary" } }],
  ["a host header", { path: "/models", headers: { host: "example.com" } }],
  ["a cookie", { path: "/models", headers: { cookie: "a=b" } }],
  ["a proxy header", { path: "/models", headers: { "proxy-authorization": "Basic Y2FuYXJ5" } }],
  ["a header in capitals", { path: "/models", headers: { Accept: "text/plain" } }],
  ["a header value of two lines", { path: "/models", headers: { accept: "a\r\nhost: b" } }],
  ["the method CONNECT", { path: "/models", method: "CONNECT" }],
  ["an address of its own", { path: "/models", url: "https://example.com" }],
])("a broker request with %s is refused", (_what, request) => {
  expect(BrokerRequest.safeParse(request).success).toBe(false);
});

test("a broker response carries a status, the headers that are passed on, and bytes", () => {
  const response = {
    ok: true,
    status: 200,
    headers: { "content-type": "text/plain" },
    body: new Uint8Array(3),
  };
  expect(BrokerResponse.parse(response)).toEqual(response);
});

test.each([
  ["a cookie", { ok: true, status: 200, headers: { "set-cookie": "a=b" }, body: new Uint8Array() }],
  ["a text as body", { ok: true, status: 200, headers: {}, body: "text" }],
  ["a failure in free words", { ok: false, reason: "connect ECONNREFUSED 127.0.0.1:80" }],
])("a broker response with %s is refused", (_what, response) => {
  expect(BrokerResponse.safeParse(response).success).toBe(false);
});

test.each(["two\nlines", "a\u202eb", "a\u200bb", "a\u2028b", "x".repeat(201)])(
  "text of someone else must be escaped before it is shown: %j",
  (text) => {
    expect(ForeignText.safeParse(text).success).toBe(false);
  },
);

const toolFetch = { toolId: "acme/list", secretRef, request: { path: "/models", bodyBase64: "cGluZw==" } };

test.each([
  [
    "a request for names",
    ToolConnectionsRequest,
    { toolId: "acme/list", providerIds: ["openai"] },
    { providerIds: [] },
  ],
  [
    "an answer with names",
    ToolConnectionsResponse,
    { connections: [{ id: connectionId, providerId: "openai", displayName: "Work" }] },
    { connections: [{ id: connectionId, providerId: "openai", displayName: "Work", key: "a.b" }] },
  ],
  [
    "an access request",
    ToolAccessRequest,
    { toolId: "acme/list", connectionId, reason: "why" },
    { requesterId },
  ],
  ["a request", ToolFetchRequest, toolFetch, { request: { path: "/models", body: "ping" } }],
  [
    "an answer",
    ToolFetchResponse,
    { ok: true, status: 200, headers: {}, bodyBase64: "" },
    { bodyBase64: "?" },
  ],
])("%s of a tool has its form and no other", (_what, schema, valid, change) => {
  const results = [valid, { ...valid, ...change }].map((input) => schema.safeParse(input).success);
  expect(results).toEqual([true, false]);
});

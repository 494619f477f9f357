import { ExtensionCall } from "@latchkey/api-contracts/extensions";
import { ConnectionId, SecretRef } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { createApi, MAX_LOG_CHARACTERS } from "./api.ts";
import { connect } from "./connect.ts";

const connectionId = ConnectionId.parse("5f0c1f54-93c3-4c8a-8a6b-1d3f0c5b7a10");
const secretRef = SecretRef.parse(`ref_${"a".repeat(43)}`);

/** The app's end of the bridge: what was sent, by the contract, and the way to answer. */
function openApi() {
  const sent: ExtensionCall[] = [];
  const listeners: ((event: { data: unknown }) => void)[] = [];
  const connection = connect({
    postMessage: (text) => sent.push(ExtensionCall.parse(JSON.parse(text))),
    addEventListener: (_type, listener) => listeners.push(listener),
  });
  const receive = (data: unknown) => listeners.forEach((listener) => listener({ data }));
  const tell = (message: object) => receive(JSON.stringify(message));
  return { api: createApi(connection), sent, tell, receive };
}

test("what the API sends is what the contract says, and replies find their call", async () => {
  const { api, sent, tell } = openApi();
  const access = api.secrets.requestAccess({ connectionId, reason: "Read the models" });
  const list = api.connections.list();
  tell({ id: 2, ok: true, data: [] });
  tell({ id: 1, ok: true, data: { granted: false, reason: "denied" } });
  expect([await access, await list]).toEqual([{ granted: false, reason: "denied" }, []]);
  expect(sent).toEqual([
    { id: 1, call: "request-access", params: { connectionId, reason: "Read the models" } },
    { id: 2, call: "list-connections", params: {} },
  ]);
});

test("a call that the app refuses rejects with its code", async () => {
  const { api, tell } = openApi();
  const list = api.connections.list();
  tell({ id: 1, ok: false, error: { code: "request.invalid", message: "No.", details: {} } });
  await expect(list).rejects.toMatchObject({
    name: "ExtensionError",
    code: "request.invalid",
    message: "No.",
  });
});

test("a reply that nobody waits for, and what is no text, is left", async () => {
  const { api, tell, receive } = openApi();
  tell({ id: 9, ok: true, data: [] });
  receive({ id: 1, ok: true, data: ["canary"] });
  const list = api.connections.list();
  tell({ id: 1, ok: true, data: [] });
  tell({ id: 1, ok: true, data: ["late"] });
  expect(await list).toEqual([]);
});

test("a request has the defaults of the contract, and its answer is read as text, JSON or bytes", async () => {
  const { api, sent, tell } = openApi();
  const answer = api.fetch(secretRef, { path: "/models" });
  tell({
    id: 1,
    ok: true,
    data: { ok: true, status: 404, headers: {}, body: '{"a":"Ключ"}', encoding: "utf8" },
  });
  const response = await answer;
  expect([response.status, response.json(), response.bytes().byteLength]).toEqual([404, { a: "Ключ" }, 16]);
  expect(sent[0]?.params).toEqual({
    secretRef,
    request: { method: "GET", path: "/models", query: {}, headers: {} },
  });
});

test("an answer that is no text comes byte for byte", async () => {
  const { api, tell } = openApi();
  const answer = api.fetch(secretRef, { path: "/models", method: "POST", body: "{}" });
  tell({ id: 1, ok: true, data: { ok: true, status: 200, headers: {}, body: "/wA=", encoding: "base64" } });
  expect([...(await answer).bytes()]).toEqual([0xff, 0x00]);
});

test("a request without an answer rejects with the reason", async () => {
  const { api, tell } = openApi();
  const answer = api.fetch(secretRef, { path: "/models" });
  tell({ id: 1, ok: true, data: { ok: false, reason: "no-access" } });
  await expect(answer).rejects.toMatchObject({ name: "FetchError", reason: "no-access" });
});

test("a line of the log is cut, and its refusal ends nothing", async () => {
  const { api, sent, tell } = openApi();
  api.log.warn("x".repeat(MAX_LOG_CHARACTERS + 1));
  tell({ id: 1, ok: false, error: { code: "request.invalid", message: "No.", details: {} } });
  expect(sent[0]?.params).toEqual({ level: "warn", text: "x".repeat(MAX_LOG_CHARACTERS) });
});

test("a change of the connections is told until one listens no longer", () => {
  const { api, tell } = openApi();
  const seen: string[] = [];
  const stop = api.connections.onChanged(() => seen.push("changed"));
  tell({ event: "connections-changed" });
  tell({ event: "ping", number: 1 });
  stop();
  tell({ event: "connections-changed" });
  expect(seen).toEqual(["changed"]);
});

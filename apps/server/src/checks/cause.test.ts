import { spawn } from "node:child_process";
import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { connect as connectTls } from "node:tls";
import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { McpError } from "@modelcontextprotocol/sdk/types.js";
import ssh2 from "ssh2";
import { expect, onTestFinished, test } from "vitest";
import { causeOfNetwork } from "./cause-of-network.ts";
import { CheckFailure } from "./check.ts";
import { causeOfMcp } from "./mcp-tools.ts";
import { causeOfKey } from "./read-key.ts";
import { causeOfSftp } from "./sftp.ts";
import { causeOfSmtp } from "./smtp.ts";

/** What the promise rejects with. */
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, "close");
  return port;
}

async function portOfPlainServer(): Promise<number> {
  const listener = createServer((socket) => {
    socket.on("error", () => undefined).end("220 not TLS\r\n");
  });
  onTestFinished(() => void listener.close());
  await once(listener.listen(0, "127.0.0.1"), "listening");
  return (listener.address() as AddressInfo).port;
}

const host = "127.0.0.1";

test("errors of the network are known whichever module they come from, also as the cause of another", async () => {
  const port = await freePort();
  const plain = await portOfPlainServer();
  const errors = [
    await errorOf(lookup("nowhere.invalid")),
    await errorOf(once(connect({ host, port }), "connect")),
    await errorOf(once(connectTls({ host, port: plain }), "secureConnect")),
    await errorOf(fetch(`http://${host}:${port}`)),
    await errorOf(fetch("http://nowhere.invalid")),
    new Error("outer", { cause: Object.assign(new Error("inner"), { code: "ETIMEDOUT" }) }),
    new CheckFailure("host_key_new", "shown"),
  ];
  expect(errors.map(causeOfNetwork)).toEqual([
    "dns",
    "refused",
    "tls",
    "refused",
    "dns",
    "timeout",
    "host_key_new",
  ]);
  expect(causeOfNetwork(new Error("else"))).toBeUndefined();
});

test("an error that is its own cause is looked at once", () => {
  const error = new Error("round");
  error.cause = error;
  expect(causeOfNetwork(error)).toBeUndefined();
});

test("what ssh2 says of a key tells a matter of the passphrase from any other", () => {
  const encrypted = ssh2.utils.generateKeyPairSync("ed25519", {
    passphrase: "canary-1",
    cipher: "aes256-ctr",
    rounds: 1,
  });
  const messages = [
    ssh2.utils.parseKey(encrypted.private),
    ssh2.utils.parseKey(encrypted.private, "canary-2"),
    ssh2.utils.parseKey("no key"),
  ].map((error) => (error instanceof Error ? causeOfKey(error) : error));
  expect(messages).toEqual(["key_passphrase", "key_passphrase", "auth"]);
});

test.each([
  [{ level: "client-authentication" }, "auth"],
  [{ code: 3 }, "permission"],
  [{ code: 2 }, "not_found"],
  [{ code: "ECONNRESET", level: "client-socket" }, "protocol"],
  [{}, "protocol"],
])("an error of ssh2 with %o is told as %s", (properties, cause) => {
  expect(causeOfSftp(Object.assign(new Error("x"), properties))).toBe(cause);
});

test.each([
  [{ code: "EAUTH", responseCode: 535 }, "auth"],
  [{ code: "EAUTH", responseCode: 454 }, "rate_limit"],
  [{ code: "EAUTH" }, "auth"],
  [{ code: "ETLS" }, "tls"],
  [{ code: "ESOCKET", originalCode: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "tls"],
  [{ code: "ESOCKET", originalCode: "ECONNREFUSED" }, "refused"],
  [{ code: "ETIMEDOUT" }, "timeout"],
  [{ code: "ECONNECTION" }, "protocol"],
])("an error of nodemailer with %o is told as %s", (properties, cause) => {
  expect(causeOfSmtp(Object.assign(new Error("x"), properties))).toBe(cause);
});

test("errors of the MCP SDK and of starting a program are told apart", async () => {
  const child = spawn("/nowhere/program");
  const errors = [
    await errorOf(once(child, "spawn")),
    new StreamableHTTPError(401, "x"),
    new StreamableHTTPError(-1, "Unexpected content type"),
    new McpError(-32_000, "Connection closed"),
  ];
  expect(errors.map(causeOfMcp)).toEqual(["spawn", "auth", "protocol", "protocol"]);
});

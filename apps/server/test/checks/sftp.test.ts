import { EventEmitter, once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { SftpCheck } from "@latchkey/api-contracts/connection-test";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type CheckServer, startCheckServer, stepsOf } from "../support/check-server.ts";
import { createKeyPair, type Sshd, startSshd } from "../support/sshd.ts";

const passphrase = "canary-passphrase-1";
const own = createKeyPair(passphrase);
const plain = createKeyPair("");
const foreign = createKeyPair("");

const secrets = {
  SFTP_NAS_PASSWORD: "canary-password-1",
  SFTP_NAS_WRONG_PASSWORD: "canary-password-2",
  SFTP_NAS_KEY: own.privateKey,
  SFTP_NAS_PASSPHRASE: passphrase,
  SFTP_NAS_WRONG_PASSPHRASE: "canary-passphrase-2",
  SFTP_NAS_PLAIN_KEY: plain.privateKey,
  SFTP_NAS_FOREIGN_KEY: foreign.privateKey,
  SFTP_NAS_NO_KEY: "canary-this-is-no-key",
};

let sshd: Sshd;
let server: CheckServer;
beforeAll(async () => {
  sshd = await startSshd({
    password: secrets.SFTP_NAS_PASSWORD,
    authorizedKey: own.publicKey + plain.publicKey,
  });
  server = await startCheckServer({ secrets });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await sshd[Symbol.asyncDispose]();
});

type Names = { password?: string; privateKey?: string; passphrase?: string };
function check(names: Names, options: Partial<Omit<SftpCheck, "secrets">> = {}) {
  const { port, hostKey } = sshd;
  const request = { host: "127.0.0.1", port, username: "tester", hostKey, secrets: names, ...options };
  return server.check({ kind: "sftp", request });
}

test("a right password opens the start folder", async () => {
  const report = await check({ password: "SFTP_NAS_PASSWORD" });
  expect(report).toMatchObject({ outcome: "ok", details: "" });
  expect(stepsOf(report)).toEqual([
    "read-key skipped",
    "dns skipped",
    "connect done",
    "host-key done",
    "auth done",
    "list-folder done",
  ]);
});

test("a name is looked up first", async () => {
  const report = await check({ password: "SFTP_NAS_PASSWORD" }, { host: "localhost" });
  expect(stepsOf(report)).toContain("dns done");
  expect(report.outcome).toBe("ok");
});

test.each([
  ["a key", { privateKey: "SFTP_NAS_PLAIN_KEY" }],
  ["a key with its passphrase", { privateKey: "SFTP_NAS_KEY", passphrase: "SFTP_NAS_PASSPHRASE" }],
])("%s that the server knows opens the start folder", async (_name, names) => {
  const report = await check(names);
  expect([report.outcome, stepsOf(report)[0]]).toEqual(["ok", "read-key done"]);
});

test.each<[string, Names, string, string]>([
  ["a wrong password", { password: "SFTP_NAS_WRONG_PASSWORD" }, "auth", "auth failed"],
  ["a key that the server does not know", { privateKey: "SFTP_NAS_FOREIGN_KEY" }, "auth", "auth failed"],
  ["no way to sign in", {}, "auth", "auth failed"],
  ["something that is no key", { privateKey: "SFTP_NAS_NO_KEY" }, "auth", "read-key failed"],
  ["a missing passphrase", { privateKey: "SFTP_NAS_KEY" }, "key_passphrase", "read-key failed"],
  [
    "a wrong passphrase",
    { privateKey: "SFTP_NAS_KEY", passphrase: "SFTP_NAS_WRONG_PASSPHRASE" },
    "key_passphrase",
    "read-key failed",
  ],
])("%s is told as such", async (_name, names, cause, step) => {
  const report = await check(names);
  expect(report).toMatchObject({ outcome: "failed", cause });
  expect(stepsOf(report)).toContain(step);
});

test("an unknown host key is shown, and no password is sent", async () => {
  const report = await check({ password: "SFTP_NAS_PASSWORD" }, { hostKey: null });
  expect(report).toMatchObject({ outcome: "failed", cause: "host_key_new", hostKey: sshd.hostKey });
  expect(stepsOf(report).slice(3)).toEqual(["host-key failed", "auth skipped", "list-folder skipped"]);
});

test.each(["ssh-ed25519", "ssh-rsa"])(
  "a host key other than the pinned one of kind %s is shown with it",
  async (algorithm) => {
    const former = { algorithm, sha256: `SHA256:${"A".repeat(43)}` };
    const report = await check({ password: "SFTP_NAS_PASSWORD" }, { hostKey: former });
    expect(report).toMatchObject({ cause: "host_key_changed", hostKey: { ...sshd.hostKey, former } });
    expect(stepsOf(report)).toContain("auth skipped");
  },
);

test.each([
  ["a folder that is not there", "nowhere", "not_found"],
  ["a folder that the user may not read", "locked", "permission"],
])("%s is told as such", async (_name, folder, cause) => {
  const report = await check({ password: "SFTP_NAS_PASSWORD" }, { folder });
  expect(report).toMatchObject({ outcome: "failed", cause });
  expect(stepsOf(report).slice(4)).toEqual(["auth done", "list-folder failed"]);
});

/** A listener that does as told with each connection. */
async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const listener = createServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  onTestFinished(() => void listener.close());
  return (listener.address() as AddressInfo).port;
}

test.each<[string, (socket: Socket) => void, string]>([
  ["a server of another protocol", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), "protocol"],
  ["a server that hangs up", (socket) => socket.destroy(), "protocol"],
])("%s is told as such", async (_name, onConnection, cause) => {
  const port = await listen(onConnection);
  const report = await check({ password: "SFTP_NAS_PASSWORD" }, { port });
  expect([report.cause, stepsOf(report)[3]]).toEqual([cause, "host-key failed"]);
});

test("a server that accepts and never answers ends the test at its limit", async () => {
  const port = await listen(() => undefined);
  const report = await check({ password: "SFTP_NAS_PASSWORD" }, { port, timeoutMs: 1_000 });
  expect(report).toMatchObject({ outcome: "failed", cause: "timeout" });
  expect(stepsOf(report)).toContain("host-key failed");
});

test("a closed port and an unknown name are told apart", async () => {
  const port = await listen(() => undefined);
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const refusing = (closed.address() as AddressInfo).port;
  closed.close();
  await once(closed, "close");
  const refused = await check({ password: "SFTP_NAS_PASSWORD" }, { port: refusing });
  const unknown = await check({ password: "SFTP_NAS_PASSWORD" }, { host: "nowhere.invalid", port });
  expect([refused.cause, stepsOf(refused)[2]]).toEqual(["refused", "connect failed"]);
  expect([unknown.cause, stepsOf(unknown)[1]]).toEqual(["dns", "dns failed"]);
});

test("a test that is cancelled lets go of its connection", async () => {
  const connections = new EventEmitter();
  const port = await listen((socket) => connections.emit("connection", socket));
  const connected = once(connections, "connection") as Promise<[Socket]>;
  const cancel = new AbortController();
  const body = { host: "127.0.0.1", port, username: "tester", hostKey: null, secrets: {}, timeoutMs: 60_000 };
  const answer = server.post("sftp", body, cancel.signal);
  const [socket] = await connected;
  const closed = once(socket, "close");
  socket.resume();
  cancel.abort();
  await expect(answer).rejects.toThrow(/abort/i);
  await closed;
});

test.each(["PATH", "LATCHKEY_SERVER_TOKEN", "PROVIDER_UNSET_TOKEN", "SFTP_OTHER_PASSWORD"])(
  "%s is no secret of this process and cannot be used as one",
  async (name) => {
    const body = {
      host: "127.0.0.1",
      port: 1,
      username: "tester",
      hostKey: null,
      secrets: { password: name },
    };
    expect(await server.post("sftp", body)).toMatchObject({
      status: 400,
      body: {
        error: { code: "request.invalid", details: { field: "secrets.password", rule: "not-allowed" } },
      },
    });
  },
);

test("a value in a request, a field that is not known and a kind that is not known are refused", async () => {
  const body = { host: "127.0.0.1", username: "tester", hostKey: null, secrets: {}, password: "x" };
  const answers = [
    await server.post("sftp", body),
    await server.post("telnet", body),
    await server.post("sftp", "x"),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 404, 400]);
});

import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { SmtpCheck } from "@latchkey/api-contracts/connection-test";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createCertificate } from "../support/certificate.ts";
import { type CheckServer, startCheckServer, stepsOf } from "../support/check-server.ts";

const secrets = { PROVIDER_MAIL_PASSWORD: "canary-mail+1/ä", PROVIDER_MAIL_WRONG: "canary-mail-2" };
const trusted = createCertificate();
const foreign = createCertificate();

let server: CheckServer;
beforeAll(async () => {
  server = await startCheckServer({ secrets, trusted: trusted.file });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  trusted[Symbol.dispose]();
  foreign[Symbol.dispose]();
});

/** A real mail server with one user. */
async function startMail(options: SMTPServerOptions = {}): Promise<number> {
  const mail = new SMTPServer({
    key: trusted.key,
    cert: trusted.cert,
    authMethods: ["PLAIN", "LOGIN"],
    onAuth({ username, password }, _session, done) {
      const isKnown = username === "tester" && password === secrets.PROVIDER_MAIL_PASSWORD;
      if (isKnown) done(null, { user: username });
      else done(Object.assign(new Error(`No ${password ?? ""} here`), { responseCode: 535 }));
    },
    ...options,
  });
  mail.on("error", () => undefined);
  mail.listen(0, "127.0.0.1");
  await once(mail.server, "listening");
  onTestFinished(() => new Promise<void>((resolve) => mail.close(resolve)));
  return (mail.server.address() as AddressInfo).port;
}

function check(port: number, options: Partial<SmtpCheck> = {}) {
  const request = {
    host: "localhost",
    port,
    security: "starttls",
    username: "tester",
    secrets: { password: "PROVIDER_MAIL_PASSWORD" },
    ...options,
  };
  return server.check({ kind: "smtp", request: request as SmtpCheck });
}
const wrong = { password: "PROVIDER_MAIL_WRONG" } as SmtpCheck["secrets"];

test.each<["tls" | "starttls"]>([["tls"], ["starttls"]])("signs in over %s and leaves", async (security) => {
  const report = await check(await startMail({ secure: security === "tls" }), { security });
  expect([report.outcome, report.details, stepsOf(report).every((step) => step.endsWith(" done"))]).toEqual([
    "ok",
    "",
    true,
  ]);
});

test.each(["PLAIN", "LOGIN"])("signs in where %s is the only way", async (method) => {
  const report = await check(await startMail({ authMethods: [method] }));
  expect(report.outcome).toBe("ok");
});

test("without a user it does not sign in", async () => {
  const { username: _, ...rest } = { username: "", host: "localhost", security: "starttls" as const };
  const report = await server.check({ kind: "smtp", request: { ...rest, port: await startMail() } });
  expect([report.outcome, stepsOf(report).slice(4)]).toEqual(["ok", ["auth skipped", "quit done"]]);
});

test.each(["PLAIN", "LOGIN"])(
  "a wrong password is told, and not the password that the server repeats (%s)",
  async (method) => {
    const report = await check(await startMail({ authMethods: [method] }), { secrets: wrong });
    expect(report).toMatchObject({ outcome: "failed", cause: "auth" });
    expect(stepsOf(report)).toContain("auth failed");
    expect(report.details).toContain("No [redacted] here");
  },
);

test("a mail server without TLS gets no password", async () => {
  const report = await check(await startMail({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] }));
  expect(report).toMatchObject({ outcome: "failed", cause: "tls" });
  expect(stepsOf(report).slice(3)).toEqual(["tls failed", "auth skipped", "quit skipped"]);
});

test.each<["tls" | "starttls"]>([["tls"], ["starttls"]])(
  "a certificate that is not trusted is told over %s, and no password is sent",
  async (security) => {
    const port = await startMail({ key: foreign.key, cert: foreign.cert, secure: security === "tls" });
    const report = await check(port, { security });
    expect(report).toMatchObject({ outcome: "failed", cause: "tls" });
    expect(stepsOf(report)).toEqual(expect.arrayContaining(["tls failed", "auth skipped"]));
  },
);

test("a certificate for another name is told", async () => {
  const report = await check(await startMail(), { host: "127.0.0.1" });
  expect(report).toMatchObject({ cause: "tls" });
});

test.each([
  [421, "rate_limit"],
  [452, "quota"],
  [454, "rate_limit"],
  [530, "auth"],
  [550, "permission"],
])("a reply of %i to the sign-in is told as %s", async (responseCode, cause) => {
  const port = await startMail({
    onAuth: (_auth, _session, done) => done(Object.assign(new Error("no"), { responseCode })),
  });
  expect(await check(port)).toMatchObject({ outcome: "failed", cause });
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

test.each<[string, (socket: Socket) => void, string, string]>([
  [
    "a greeting that refuses",
    (socket) => socket.end("554 no service for you\r\n"),
    "permission",
    "hello failed",
  ],
  ["another protocol", (socket) => socket.end("SSH-2.0-OpenSSH\r\n"), "protocol", "hello failed"],
  ["a server that hangs up", (socket) => socket.end(), "protocol", "hello failed"],
  ["a server that never answers", () => undefined, "timeout", "hello failed"],
])("%s is told as such", async (_name, onConnection, cause, step) => {
  const timeoutMs = cause === "timeout" ? 1_000 : 10_000;
  const report = await check(await listen(onConnection), { timeoutMs });
  expect(report).toMatchObject({ outcome: "failed", cause });
  expect(stepsOf(report)).toContain(step);
});

test("speaking TLS to a server that begins in the clear is told as a matter of TLS", async () => {
  const report = await check(await startMail(), { security: "tls" });
  expect([report.cause, stepsOf(report)]).toEqual(["tls", expect.arrayContaining(["tls failed"])]);
});

test("a way without TLS is refused", async () => {
  const body = { host: "localhost", port: 25, security: "none" };
  expect(await server.post("smtp", body)).toMatchObject({ status: 400 });
});

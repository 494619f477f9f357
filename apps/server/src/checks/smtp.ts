import { isIP } from "node:net";
import type { CauseClass, SmtpCheck } from "@latchkey/api-contracts/connection-test";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { causeOfNetwork, errorChain, textOf } from "./cause-of-network.ts";
import { CheckFailure, type CheckModule } from "./check.ts";
import { openSocket } from "./open-socket.ts";

/** Greets the mail server over TLS, signs in if there is a user, and leaves. */
export const smtp: CheckModule<SmtpCheck> = {
  steps: ["dns", "connect", "hello", "tls", "auth", "quit"],
  causeOf: causeOfSmtp,
  async run(request, context) {
    const { host, security, username, secrets, timeoutMs } = request;
    const socket = await openSocket(request, context);
    context.begin(security === "tls" ? "tls" : "hello");
    const connection = new SMTPConnection({
      connection: socket,
      host,
      secure: security === "tls",
      requireTLS: true,
      ...(!isIP(host) && { servername: host }),
      socketCloseTimeout: 0,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      maxResponseSize: 65_536,
      transactionLog: true,
      // The only sign of the moment at which TLS begins.
      logger: logTo((line) => {
        if (line === "STARTTLS") context.begin("tls");
        if (line.startsWith("EHLO") && security === "tls") context.begin("hello");
      }),
    });
    context.onEnd(() => connection.close());
    const failed = new Promise<never>((_, reject) => connection.on("error", reject));
    failed.catch(() => undefined);
    const settle = (start: (done: (error?: Error | null) => void) => void) =>
      Promise.race([
        failed,
        new Promise<void>((resolve, reject) => start((error) => (error ? reject(error) : resolve()))),
      ]);
    await settle((done) => connection.connect(done));
    if (username !== undefined) {
      context.begin("auth");
      if (!connection.allowsAuth) throw new CheckFailure("protocol", "The server offers no way to sign in.");
      const pass = secrets.password && context.secret(secrets.password);
      await settle((done) => connection.login({ user: username, pass: pass ?? "" }, done));
    }
    context.begin("quit");
    await settle((done) => {
      connection.once("end", () => done());
      connection.quit();
    });
    return {};
  },
};

const byReply: Readonly<Record<number, CauseClass>> = {
  421: "rate_limit",
  450: "rate_limit",
  451: "rate_limit",
  452: "quota",
  454: "rate_limit",
  530: "auth",
  534: "auth",
  535: "auth",
  538: "auth",
  550: "permission",
  552: "quota",
  553: "permission",
  554: "permission",
};

/**
 * The cause of what nodemailer reports: by the reply of the server first, then by the error's code.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3
 * @see https://www.rfc-editor.org/rfc/rfc4954#section-6
 */
export function causeOfSmtp(error: unknown): CauseClass {
  for (const link of errorChain(error)) {
    const reply: unknown = Reflect.get(link, "responseCode");
    const cause = typeof reply === "number" ? byReply[reply] : undefined;
    if (cause) return cause;
    if (textOf(link, "code") === "EAUTH") return "auth";
  }
  return causeOfNetwork(error) ?? "protocol";
}

const ignore = () => undefined;

/** A logger that hears the commands, with the secrets taken out by nodemailer, and keeps nothing. */
function logTo(onCommand: (line: string) => void) {
  const debug = (entry: unknown, line: unknown) => {
    const isOurs = typeof entry === "object" && entry !== null && Reflect.get(entry, "tnx") === "client";
    if (isOurs && typeof line === "string") onCommand(line);
  };
  return { level: ignore, trace: ignore, debug, info: ignore, warn: ignore, error: ignore, fatal: ignore };
}

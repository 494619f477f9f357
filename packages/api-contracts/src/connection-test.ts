import * as z from "zod";
import { EnvName, Timestamp } from "./ids.ts";
import { publicSchemas } from "./text.ts";

/** Why a test did not succeed: closed words, each with a sentence, a next step and a page of its own in the window. */
export const CauseClass = z.enum([
  "dns",
  "refused",
  "timeout",
  "proxy",
  "tls",
  "host_key_new",
  "host_key_changed",
  "auth",
  "key_passphrase",
  "permission",
  "not_found",
  "rate_limit",
  "quota",
  "spawn",
  "protocol",
  "cancelled",
  "no_test",
  "internal",
]);
export type CauseClass = z.infer<typeof CauseClass>;

/** What a test does, one word a step, in the order in which a protocol has them. */
export const TestStepName = z.enum([
  "read-key",
  "dns",
  "connect",
  "tls",
  "host-key",
  "hello",
  "spawn",
  "initialize",
  "auth",
  "request",
  "list-folder",
  "list-tools",
  "quit",
]);
export type TestStepName = z.infer<typeof TestStepName>;

/** One step; `skipped` when an earlier one failed, or when there was nothing to do. **Units** milliseconds. */
export const TestStep = z.object({
  name: TestStepName,
  outcome: z.enum(["done", "failed", "skipped"]),
  durationMs: z.int().min(0),
});
export type TestStep = z.infer<typeof TestStep>;

/**
 * The public key by which an SSH server is known.
 *
 * **Shape** the fingerprint as OpenSSH prints it, `SHA256:` and 43 characters of base64.
 * @see https://www.rfc-editor.org/rfc/rfc4253#section-6.6
 */
export const HostKey = z.object({
  algorithm: z
    .string()
    .max(64)
    .regex(/^[a-z0-9][a-z0-9@.-]*$/),
  sha256: z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/),
});
export type HostKey = z.infer<typeof HostKey>;

/** What a test tells besides its steps. **Units** at most 4 KiB of UTF-8. */
export const TestDetails = z.string().max(4_096);
publicSchemas.add(TestDetails, { why: "passes the redaction by value of every secret that the test had" });

/** The name of a tool that an MCP server offers. */
export const ToolName = z.string().max(128);
publicSchemas.add(ToolName, { why: "passes the redaction by value of every secret that the test had" });

/** What a check found out, wherever it ran. Never a value. */
export const CheckReport = z.object({
  outcome: z.enum(["ok", "failed", "cancelled", "no-test"]),
  /** There unless the outcome is `ok`. */
  cause: CauseClass.optional(),
  steps: z.array(TestStep).max(20),
  details: TestDetails,
  /** The key that an SSH server showed; with `former` when another one was expected. */
  hostKey: HostKey.extend({ former: HostKey.optional() }).optional(),
  /** The tools of an MCP server, the first 200 of them. */
  tools: z.array(ToolName).max(200).optional(),
});
export type CheckReport = z.infer<typeof CheckReport>;

/** A report as it is kept and shown: of which connection, when, and by which version of the app. */
export const TestResult = CheckReport.extend({
  checkedAt: Timestamp,
  appVersion: z
    .string()
    .max(64)
    .regex(/^\d+\.\d+\.\d+[0-9A-Za-z.+-]*$/),
});
export type TestResult = z.infer<typeof TestResult>;

const Host = z.string().min(1).max(253);
const Port = z.int().min(1).max(65_535);
const Text = z.string().min(1).max(4_096);
/** **Units** milliseconds; a check ends then, whatever the other side does. */
const TimeoutMs = z.int().min(1).max(60_000).default(10_000);

/** Lists a folder over SFTP. `hostKey` is the pinned one; null when none is known yet, and then nothing is sent. */
export const SftpCheck = z.strictObject({
  host: Host,
  port: Port.default(22),
  username: Text,
  folder: Text.default("."),
  hostKey: HostKey.nullable(),
  secrets: z.strictObject({
    password: EnvName.optional(),
    privateKey: EnvName.optional(),
    passphrase: EnvName.optional(),
  }),
  timeoutMs: TimeoutMs,
});
export type SftpCheck = z.infer<typeof SftpCheck>;

/** Starts an MCP server and asks for its tools. `secrets` names, for a variable of that program, one of ours. */
export const McpStdioCheck = z.strictObject({
  command: Text,
  args: z.array(z.string().max(4_096)).max(100).default([]),
  folder: Text.optional(),
  variables: z.record(EnvName, z.string().max(4_096)).default({}),
  secrets: z.record(EnvName, EnvName).default({}),
  timeoutMs: TimeoutMs,
});
export type McpStdioCheck = z.infer<typeof McpStdioCheck>;

/** Asks an MCP server for its tools over streamable HTTP. */
export const McpHttpCheck = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).max(2_048),
  secrets: z.strictObject({ bearer: EnvName.optional() }).default({}),
  timeoutMs: TimeoutMs,
});
export type McpHttpCheck = z.infer<typeof McpHttpCheck>;

/** Signs in to a mail server and sends nothing. There is no way without TLS. */
export const SmtpCheck = z.strictObject({
  host: Host,
  port: Port,
  security: z.enum(["tls", "starttls"]),
  username: Text.optional(),
  secrets: z.strictObject({ password: EnvName.optional() }).default({}),
  timeoutMs: TimeoutMs,
});
export type SmtpCheck = z.infer<typeof SmtpCheck>;

/** The checks that the server process runs, by kind; each names its secrets, and none holds one. */
export const checkRequests = {
  sftp: SftpCheck,
  "mcp-stdio": McpStdioCheck,
  "mcp-http": McpHttpCheck,
  smtp: SmtpCheck,
} as const;

export const CheckKind = z.enum(["sftp", "mcp-stdio", "mcp-http", "smtp"]);
export type CheckKind = z.infer<typeof CheckKind>;

/** A check with its kind, the way callers hand it over. */
export type Check = {
  [K in CheckKind]: { kind: K; request: z.input<(typeof checkRequests)[K]> };
}[CheckKind];

/** Where the server process runs the checks of a kind: a POST of the kind's request, answered with a `CheckReport`. */
export const checkPath = (kind: CheckKind) => `/v1/checks/${kind}`;

const codes: readonly [CauseClass, RegExp][] = [
  ["dns", /^(ENOTFOUND|EAI_|ENODATA|ESERVFAIL|ENONAME|EDNS)/],
  ["timeout", /^(ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/],
  ["refused", /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/],
  [
    "tls",
    /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO$|ETLS$)/,
  ],
  ["protocol", /^(ECONNRESET|ECONNABORTED|EPIPE|HPE_|UND_ERR_SOCKET|EPROTOCOL)/],
];

/** The cause that an error code of Node, of its `fetch` or of its TLS stands for; undefined for any other. */
export function causeOfErrorCode(code: string): CauseClass | undefined {
  return codes.find(([, pattern]) => pattern.test(code))?.[0];
}

/** The cause that an HTTP status other than a success stands for. */
export function causeOfStatus(status: number): CauseClass {
  switch (status) {
    case 401:
      return "auth";
    case 402:
      return "quota";
    case 403:
      return "permission";
    case 404:
    case 405:
    case 410:
      return "not_found";
    case 407:
      return "proxy";
    case 408:
    case 504:
      return "timeout";
    case 429:
      return "rate_limit";
    default:
      // A redirection is not followed: the address is not the one of the service.
      return status >= 300 && status < 400 ? "not_found" : "protocol";
  }
}

import { expect, test } from "vitest";
import {
  CheckKind,
  causeOfErrorCode,
  causeOfStatus,
  checkRequests,
  HostKey,
  TestResult,
} from "./connection-test.ts";

test.each([
  ["ENOTFOUND", "dns"],
  ["EAI_AGAIN", "dns"],
  ["ECONNREFUSED", "refused"],
  ["ENETUNREACH", "refused"],
  ["ETIMEDOUT", "timeout"],
  ["UND_ERR_CONNECT_TIMEOUT", "timeout"],
  ["CERT_HAS_EXPIRED", "tls"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
  ["ECONNRESET", "protocol"],
  ["EACCES", undefined],
])("the error code %s stands for %s", (code, cause) => {
  expect(causeOfErrorCode(code)).toBe(cause);
});

test("a status that is no success stands for a cause", () => {
  const statuses = [301, 400, 401, 402, 403, 404, 405, 407, 408, 410, 422, 429, 500, 503, 504];
  expect(Object.fromEntries(statuses.map((status) => [status, causeOfStatus(status)]))).toEqual({
    301: "not_found",
    400: "protocol",
    401: "auth",
    402: "quota",
    403: "permission",
    404: "not_found",
    405: "not_found",
    407: "proxy",
    408: "timeout",
    410: "not_found",
    422: "protocol",
    429: "rate_limit",
    500: "protocol",
    503: "protocol",
    504: "timeout",
  });
});

const sftp = { host: "nas", username: "u", hostKey: null, secrets: { password: "SFTP_NAS_PASSWORD" } };

test("every kind has its request, with ten seconds unless said otherwise", () => {
  expect(CheckKind.options).toEqual(Object.keys(checkRequests));
  expect(checkRequests.sftp.parse(sftp)).toEqual({ ...sftp, port: 22, folder: ".", timeoutMs: 10_000 });
});

test.each([
  ["a field that is not known", { ...sftp, password: "x" }],
  ["a secret under an unknown name", { ...sftp, secrets: { token: "SFTP_NAS_PASSWORD" } }],
  ["a value in the place of a name", { ...sftp, secrets: { password: "canary-1" } }],
  ["no word on the host key", { host: "nas", username: "u", secrets: {} }],
  ["a limit of more than a minute", { ...sftp, timeoutMs: 60_001 }],
])("a check with %s is refused", (_name, request) => {
  expect(checkRequests.sftp.safeParse(request).success).toBe(false);
});

test("a host key has an algorithm and the fingerprint of OpenSSH", () => {
  const sha256 = `SHA256:${"a".repeat(43)}`;
  const keys = [
    { algorithm: "ssh-ed25519", sha256 },
    { algorithm: "ssh-ed25519", sha256: `${sha256}=` },
    { algorithm: "a b", sha256 },
  ];
  expect(keys.map((key) => HostKey.safeParse(key).success)).toEqual([true, false, false]);
});

test("a result tells nothing that is not in its contract", () => {
  const result = {
    outcome: "ok",
    steps: [{ name: "dns", outcome: "done", durationMs: 3 }],
    details: "",
    checkedAt: "2026-01-01T00:00:00.000Z",
    appVersion: "0.1.0",
  };
  expect(TestResult.parse({ ...result, password: "canary-1" })).toEqual(result);
});

import type { BrokerFailure } from "@latchkey/api-contracts/access";
import { type CauseClass, causeOfErrorCode } from "@latchkey/api-contracts/connection-test";

const failures: Partial<Record<CauseClass, BrokerFailure>> = {
  dns: "dns",
  refused: "refused",
  timeout: "timeout",
  tls: "tls",
};

/** What Chromium's network calls its errors, where the app sends through it. @see net_error_list.h of Chromium */
const chromiumWords: readonly [BrokerFailure, RegExp][] = [
  ["redirect", /REDIRECT/],
  ["proxy", /PROXY|TUNNEL/],
  ["tls", /CERT|SSL/],
  ["dns", /NAME_/],
  ["timeout", /TIMED_OUT/],
  ["refused", /REFUSED|UNREACHABLE|DISCONNECTED|ADDRESS_/],
];

/** How deep an error may lie in another one. */
const maxDepth = 6;

/** The one word for an error of `fetch`. Its text is read for known words and goes no further. */
export function failureOf(error: unknown): BrokerFailure {
  for (const { code, message } of causesOf(error)) {
    const failure = failures[causeOfErrorCode(code) ?? "internal"];
    if (failure) return failure;
    if (message === "unexpected redirect") return "redirect";
    const word = /^net::ERR_(\w+)$/.exec(message)?.[1];
    const found = word && chromiumWords.find(([, pattern]) => pattern.test(word));
    if (found) return found[0];
  }
  return "protocol";
}

/** An error, what it was caused by, and the several errors that it may stand for. */
function causesOf(error: unknown, depth = 0): { code: string; message: string }[] {
  if (!(error instanceof Error) || depth > maxDepth) return [];
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const inner: unknown[] = error instanceof AggregateError ? [...error.errors, error.cause] : [error.cause];
  return [{ code, message: error.message }, ...inner.flatMap((cause) => causesOf(cause, depth + 1))];
}

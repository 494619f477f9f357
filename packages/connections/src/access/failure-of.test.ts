import type { BrokerFailure } from "@latchkey/api-contracts/access";
import { expect, test } from "vitest";
import { failureOf } from "./failure-of.ts";

const withCode = (code: string) => Object.assign(new Error("canary-in-the-text"), { code });

test.each<[string, unknown, BrokerFailure]>([
  ["a code of the cause", new TypeError("fetch failed", { cause: withCode("ECONNREFUSED") }), "refused"],
  [
    "one of several addresses",
    new TypeError("fetch failed", { cause: new AggregateError([withCode("ENETUNREACH")]) }),
    "refused",
  ],
  ["an unknown name", withCode("EAI_AGAIN"), "dns"],
  ["a certificate", withCode("DEPTH_ZERO_SELF_SIGNED_CERT"), "tls"],
  ["headers that never came", withCode("UND_ERR_HEADERS_TIMEOUT"), "timeout"],
  ["a redirection", new TypeError("fetch failed", { cause: new Error("unexpected redirect") }), "redirect"],
  ["a name, as Chromium says it", new Error("net::ERR_NAME_NOT_RESOLVED"), "dns"],
  ["a certificate, as Chromium says it", new Error("net::ERR_CERT_AUTHORITY_INVALID"), "tls"],
  ["a proxy, as Chromium says it", new Error("net::ERR_PROXY_CONNECTION_FAILED"), "proxy"],
  ["a tunnel, as Chromium says it", new Error("net::ERR_TUNNEL_CONNECTION_FAILED"), "proxy"],
  ["a refusal, as Chromium says it", new Error("net::ERR_CONNECTION_REFUSED"), "refused"],
  ["no network, as Chromium says it", new Error("net::ERR_INTERNET_DISCONNECTED"), "refused"],
  ["a late answer, as Chromium says it", new Error("net::ERR_CONNECTION_TIMED_OUT"), "timeout"],
  ["a redirection, as Chromium says it", new Error("net::ERR_UNSAFE_REDIRECT"), "redirect"],
  ["anything else", new Error("canary"), "protocol"],
  ["what is no error", "canary", "protocol"],
])("%s is one word", (_what, error, word) => {
  expect(failureOf(error)).toBe(word);
});

test("an error that is its own cause has an end", () => {
  const error = new Error("round");
  error.cause = error;
  expect(failureOf(error)).toBe("protocol");
});

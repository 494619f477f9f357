import type { BrokerFailure, BrokerResponse } from "@latchkey/api-contracts/access";
import { type CauseClass, type CheckReport, causeOfStatus } from "@latchkey/api-contracts/connection-test";

const maxDetailBytes = 4_096;

const causes: Partial<Record<BrokerFailure, CauseClass>> = {
  dns: "dns",
  refused: "refused",
  timeout: "timeout",
  proxy: "proxy",
  tls: "tls",
  protocol: "protocol",
  cancelled: "cancelled",
  redirect: "not_found",
  "too-large": "protocol",
};

/** The step at which a failure shows. */
const failedSteps: Partial<Record<BrokerFailure, CheckReport["steps"][number]["name"]>> = {
  dns: "dns",
  refused: "connect",
  proxy: "connect",
  tls: "tls",
  "secret-unavailable": "read-key",
};

/** How a service says that the account is empty, where it answers as to too many requests. */
const quotaWords = /insufficient_quota|quota_exceeded|exceeded your current quota|insufficient credits/i;

/** What an answer means for a connection, and what may be shown of it. */
export function reportOf(answer: BrokerResponse, durationMs: number, hasCredential: boolean): CheckReport {
  if (!answer.ok) {
    const name = failedSteps[answer.reason] ?? "request";
    const steps = [{ name, outcome: "failed" as const, durationMs }];
    return failedReport(causes[answer.reason] ?? "internal", steps, "");
  }
  const { status, body } = answer;
  const isAnswer = status >= 200 && status < 300;
  const details = detailsOf(status, isAnswer ? new Uint8Array() : body);
  const cause = isAnswer
    ? undefined
    : status === 429 && quotaWords.test(details)
      ? "quota"
      : causeOfStatus(status);
  const isRefusal = cause === "auth" || cause === "permission";
  const authOutcome = isRefusal ? "failed" : cause === undefined ? "done" : "skipped";
  const steps: CheckReport["steps"] = [
    { name: "request", outcome: cause === undefined || isRefusal ? "done" : "failed", durationMs },
    ...(hasCredential || isRefusal
      ? [{ name: "auth" as const, outcome: authOutcome, durationMs: 0 } as const]
      : []),
  ];
  return cause === undefined ? { outcome: "ok", steps, details } : failedReport(cause, steps, details);
}

/** A report of what did not succeed. */
export function failedReport(cause: CauseClass, steps: CheckReport["steps"], details: string): CheckReport {
  return { outcome: cause === "cancelled" ? "cancelled" : "failed", cause, steps, details };
}

/**
 * The body has been scrubbed as a whole, so what is cut off here leaves no part of a value. What cannot be shown leaves
 * a blank: without it, the pieces of a value that it stood between would come together.
 */
function detailsOf(status: number, body: Uint8Array): string {
  const text = new TextDecoder()
    .decode(body)
    .replaceAll(/[^\P{C}\n\t]/gu, " ")
    .trim();
  const bytes = new TextEncoder().encode(text === "" ? `HTTP ${status}` : `HTTP ${status}\n${text}`);
  return new TextDecoder().decode(bytes.subarray(0, maxDetailBytes)).replace(/\ufffd+$/, "");
}

import type { AuditEvent } from "@latchkey/api-contracts/audit";

/** What the log says of itself. */
export function ownEvent(
  now: Date,
  what: Readonly<{ action: "log.repair" | "log.drop"; reason: string; count?: number }>,
): AuditEvent {
  // A crash leaves an incomplete line; whatever else was repaired is a loss.
  const isLoss = what.action === "log.repair" && what.reason !== "torn-line";
  const outcome = isLoss ? "failed" : "done";
  return { version: 1, occurredAt: now.toISOString(), actor: "app", outcome, keys: [], ...what };
}

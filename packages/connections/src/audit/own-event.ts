import type { AuditEvent } from "@latchkey/api-contracts/audit";

/** What the log says of itself. */
export function ownEvent(
  now: Date,
  what: Readonly<{ action: "log.repair" | "log.drop"; reason: string; count?: number }>,
): AuditEvent {
  return { version: 1, occurredAt: now.toISOString(), actor: "app", outcome: "done", keys: [], ...what };
}

import type { AuditEvent, AuditFilter } from "@latchkey/api-contracts/audit";

/** Whether an event passes every part of a filter. */
export function matches(event: AuditEvent, filter: AuditFilter): boolean {
  const { from, to, actor, action, area, outcome, connectionId, text } = filter;
  return (
    (from === undefined || event.occurredAt >= from) &&
    (to === undefined || event.occurredAt <= to) &&
    (actor === undefined || event.actor === actor || event.actor.startsWith(`${actor}:`)) &&
    (action === undefined || event.action === action) &&
    (area === undefined || event.action.startsWith(`${area}.`)) &&
    (outcome === undefined || event.outcome === outcome) &&
    (connectionId === undefined || event.connectionId === connectionId) &&
    (text === undefined || hasWords(event, text))
  );
}

function hasWords(event: AuditEvent, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { keys, actor, connectionId, connectionName, providerId, requesterId, host } = event;
  const names = [...keys, actor, connectionId, connectionName, providerId, requesterId, host]
    .filter((name) => name !== undefined)
    .join(" ")
    .toLowerCase();
  return words.every((word) => names.includes(word));
}

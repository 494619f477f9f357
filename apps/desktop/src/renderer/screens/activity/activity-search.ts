import { AuditActorKind, type AuditFilter, AuditOutcome } from "@latchkey/api-contracts/audit";
import { ConnectionId } from "@latchkey/api-contracts/ids";
import * as z from "zod";

/** The parts of an action before the dot, in the order in which they are offered. */
export const areas = [
  "secret",
  "connection",
  "consent",
  "access",
  "broker",
  "llm-config",
  "extension",
  "server",
  "change",
  "storage",
  "log",
] as const;

const Day = z.iso.date();

const ActivitySearch = z.object({
  q: z.string().max(200).optional().catch(undefined),
  actor: AuditActorKind.optional().catch(undefined),
  area: z.enum(areas).optional().catch(undefined),
  outcome: AuditOutcome.optional().catch(undefined),
  connection: ConnectionId.optional().catch(undefined),
  /** The first and the last day, by the person's own clock. */
  from: Day.optional().catch(undefined),
  to: Day.optional().catch(undefined),
});

/** What is looked for, as the address of the screen has it. */
export type ActivitySearch = z.infer<typeof ActivitySearch>;

/** Reads it from an address; what is not understood is left out. */
export function parseActivitySearch(search: Record<string, unknown>): ActivitySearch {
  const parsed = ActivitySearch.parse(search);
  return Object.fromEntries(
    Object.entries(parsed).filter(([, value]) => value !== undefined && value !== ""),
  );
}

/** What the log is asked for. */
export function filterOf({ q, actor, area, outcome, connection, from, to }: ActivitySearch): AuditFilter {
  return {
    ...(q && { text: q }),
    ...(actor && { actor }),
    ...(area && { area }),
    ...(outcome && { outcome }),
    ...(connection && { connectionId: connection }),
    ...(from && { from: new Date(`${from}T00:00:00`).toISOString() }),
    ...(to && { to: new Date(`${to}T23:59:59.999`).toISOString() }),
  };
}

import type { AuditListing } from "@latchkey/api-contracts/audit";

/** A row of the list: one entry, or a run of refusals that differ in their time alone. */
export type ActivityRow = Readonly<{
  /** The place of the oldest entry, which stays when newer ones join. */
  id: string;
  newest: AuditListing;
  oldest: AuditListing;
  count: number;
}>;

/** The rows of a list, newest first. */
export function groupRepeats(entries: readonly AuditListing[]): ActivityRow[] {
  const rows: ActivityRow[] = [];
  for (const entry of entries) {
    const last = rows.at(-1);
    if (last && isRepeat(last.oldest, entry)) {
      rows[rows.length - 1] = { ...last, id: entry.at, oldest: entry, count: last.count + 1 };
    } else rows.push({ id: entry.at, newest: entry, oldest: entry, count: 1 });
  }
  return rows;
}

function isRepeat({ event: one }: AuditListing, { event: other }: AuditListing): boolean {
  if (one.outcome !== "refused" || other.outcome !== "refused" || one.action !== other.action) return false;
  return textOf(one) === textOf(other);
}

const textOf = (event: AuditListing["event"]) => JSON.stringify({ ...event, occurredAt: "" });

import type { AuditEvent } from "@latchkey/api-contracts/audit";
import { openAuditLog } from "@latchkey/connections";

/** The events of the activity log in the order in which they were written, each checked against its schema. */
export async function readActivity(dataFolder: string): Promise<AuditEvent[]> {
  await using log = await openAuditLog({ folder: dataFolder });
  const events: AuditEvent[] = [];
  for await (const { event } of log.entries()) events.push(event);
  return events.toReversed();
}

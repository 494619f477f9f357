import { fdatasyncSync, mkdirSync } from "node:fs";
import type { AuditEvent } from "@latchkey/api-contracts/audit";
import { appendEvents } from "@latchkey/connections/append-events";

/**
 * Notes in the activity log that secrets go to a program, and returns when the entry is on disk.
 *
 * @throws as `appendEvents`; the program must then not be started
 */
export async function auditDelivery(folder: string, keys: readonly string[]): Promise<void> {
  const event = {
    version: 1,
    occurredAt: new Date().toISOString(),
    actor: "person",
    action: "secret.deliver",
    outcome: "done",
    keys: [...keys],
    reason: "run",
  };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its keys are of the index, and no validator is loaded
  await appendEvents(folder, [event as unknown as AuditEvent], { sync: fdatasyncSync });
}

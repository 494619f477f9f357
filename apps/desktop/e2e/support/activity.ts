import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AuditEvent } from "@latchkey/api-contracts/audit";

/** The events of the activity log, each checked against its schema. */
export async function readActivity(dataFolder: string): Promise<AuditEvent[]> {
  const text = await readFile(join(dataFolder, "activity.jsonl"), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => AuditEvent.parse(JSON.parse(line)));
}

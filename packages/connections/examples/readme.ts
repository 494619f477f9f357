import { openAuditLog } from "@latchkey/connections";

/** Records one step, lists it and checks the log; the answer is the last entry's action and whether the log is whole. */
export async function recordStep(folder: string): Promise<[string | undefined, boolean]> {
  await using log = await openAuditLog({ folder });
  await log.append({ actor: "person", action: "storage.chosen", outcome: "done", keys: [] });
  const { entries } = await log.list({ limit: 1 });
  return [entries[0]?.event.action, (await log.verify()).isSound];
}

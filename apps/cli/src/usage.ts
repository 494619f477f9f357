import type { Usage } from "@latchkey/api-contracts/cli";
import { type Folders, openAudit } from "@latchkey/host";
import type { TFunction } from "i18next";
import { shortTime } from "./output/table.ts";

/** Who was given each secret, told by the activity log. */
export async function usageOf(folders: Folders): Promise<Map<string, Usage[]>> {
  const usage = new Map<string, Usage[]>();
  await using log = await openAudit(folders);
  for await (const { event } of log.entries({ action: "secret.deliver", outcome: "done" })) {
    const by = event.reason === "run" ? "run" : "server";
    for (const key of event.keys) {
      const known = usage.get(key) ?? [];
      const latest = known.find((one) => one.by === by);
      const count = (latest?.count ?? 0) + 1;
      const lastAt = latest?.lastAt ?? event.occurredAt;
      usage.set(key, [...known.filter((one) => one.by !== by), { by, lastAt, count }]);
    }
  }
  return usage;
}

export function usageText(t: TFunction, usage: readonly Usage[]): string {
  if (usage.length === 0) return t("words.never");
  return usage.map(({ by, lastAt }) => `${t(`words.${by}`)} ${shortTime(lastAt)}`).join(", ");
}

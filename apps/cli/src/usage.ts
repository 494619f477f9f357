import type { Usage } from "@latchkey/api-contracts/cli";
import type { TFunction } from "i18next";
import { readActivity } from "./activity.ts";
import { shortTime } from "./output/table.ts";

/** Who was given each secret, told by the activity log. */
export async function usageOf(folder: string): Promise<Map<string, Usage[]>> {
  const usage = new Map<string, Usage[]>();
  const { entries } = await readActivity(folder);
  for (const { event } of entries) {
    if (event?.action !== "secret.deliver" || event.outcome !== "done") continue;
    const by = event.reason === "run" ? "run" : "server";
    for (const key of event.keys) {
      const known = usage.get(key) ?? [];
      const count = (known.find((one) => one.by === by)?.count ?? 0) + 1;
      usage.set(key, [...known.filter((one) => one.by !== by), { by, lastAt: event.occurredAt, count }]);
    }
  }
  return usage;
}

export function usageText(t: TFunction, usage: readonly Usage[]): string {
  if (usage.length === 0) return t("words.never");
  return usage.map(({ by, lastAt }) => `${t(`words.${by}`)} ${shortTime(lastAt)}`).join(", ");
}

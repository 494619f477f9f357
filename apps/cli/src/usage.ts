import type { Usage } from "@latchkey/api-contracts/cli";
import { openAudit } from "@latchkey/host";
import type { TFunction } from "i18next";
import type { OpenedStore } from "./open-store.ts";
import { shortTime } from "./output/table.ts";

/** The connections that use each secret, and who was given it as the activity log tells. */
export async function usageOf({ folders, connections }: OpenedStore): Promise<Map<string, Usage[]>> {
  const usage = new Map<string, Usage[]>();
  for (const { displayName, secrets } of await connections()) {
    for (const key of new Set(Object.values(secrets).map((secret) => secret.key))) {
      usage.set(key, [...(usage.get(key) ?? []), { by: "connection", name: displayName }]);
    }
  }
  await using log = await openAudit(folders);
  for await (const { event } of log.entries({ action: "secret.deliver", outcome: "done" })) {
    const by = event.reason === "run" ? "run" : "server";
    for (const key of event.keys) {
      const known = usage.get(key) ?? [];
      const latest = known.find((one) => one.by === by);
      const { count, lastAt } = latest && "count" in latest ? latest : { count: 0, lastAt: event.occurredAt };
      usage.set(key, [...known.filter((one) => one.by !== by), { by, lastAt, count: count + 1 }]);
    }
  }
  return usage;
}

export function usageText(t: TFunction, usage: readonly Usage[]): string {
  if (usage.length === 0) return t("words.never");
  return usage.map((one) => wordsOf(t, one)).join(", ");
}

function wordsOf(t: TFunction, usage: Usage): string {
  if (usage.by === "connection") return t("words.connection", { name: usage.name });
  return `${t(`words.${usage.by}`)} ${shortTime(usage.lastAt)}`;
}

import { AppError } from "@latchkey/api-contracts/errors";
import type { Context } from "../context.ts";
import { checkedKey } from "../given.ts";
import { openStoreForPerson } from "../open-store.ts";
import { shortTime, tableOf } from "../output/table.ts";
import { noteUnreadable } from "../unreadable.ts";
import { usageOf, usageText } from "../usage.ts";

/** `latchkey show KEY`: all that is ever shown of a secret. */
export async function show(context: Context, [key = ""]: readonly string[]): Promise<void> {
  const { t } = context;
  const checked = checkedKey(key);
  await using opened = await openStoreForPerson();
  const { store } = opened;
  const found = await store.describe(checked);
  if (!found) throw new AppError("secrets.absent", { key: checked });
  const secret = { ...found, usedBy: (await usageOf(opened)).get(checked) ?? [] };
  if (secret.state === "unreadable") noteUnreadable(context, store);
  context.answer(
    "show",
    { secret },
    tableOf([
      [t("table.key"), secret.key],
      [t("table.variable"), [secret.envName, ...(secret.aliases ?? [])].join(", ")],
      [t("table.storage"), t(`storage.${secret.storageBackend}`)],
      [t("table.protection"), t(`words.${secret.protection}`)],
      [t("table.state"), t(`words.${secret.state}`)],
      [t("table.source"), t(`words.${secret.source}`)],
      [t("table.created"), shortTime(secret.createdAt)],
      [t("table.updated"), shortTime(secret.updatedAt)],
      [t("table.usedBy"), usageText(t, secret.usedBy)],
    ]),
  );
}

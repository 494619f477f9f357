import type { Context } from "../context.ts";
import { openStoreForPerson } from "../open-store.ts";
import { shortTime, tableOf } from "../output/table.ts";
import { noteUnreadable } from "../unreadable.ts";
import { usageOf, usageText } from "../usage.ts";

/** `latchkey list`: what is kept, never a value. */
export async function list(
  context: Context,
  _words: readonly string[],
  options: { usedBy?: boolean },
): Promise<void> {
  const { t } = context;
  await using opened = await openStoreForPerson();
  const { store } = opened;
  const usage = options.usedBy ? await usageOf(opened) : undefined;
  const secrets = (await store.list()).map((secret) =>
    usage ? { ...secret, usedBy: usage.get(secret.key) ?? [] } : secret,
  );
  const heading = [
    t("table.key"),
    t("table.variable"),
    t("table.storage"),
    t("table.state"),
    t("table.updated"),
  ];
  const rows = secrets.map((secret) => [
    secret.key,
    secret.envName,
    t(`storage.${secret.storageBackend}`),
    t(`words.${secret.state}`),
    shortTime(secret.updatedAt),
    ...("usedBy" in secret ? [usageText(t, secret.usedBy)] : []),
  ]);
  const table = tableOf([usage ? [...heading, t("table.usedBy")] : heading, ...rows]);
  noteUnreadable(context, store);
  context.answer(
    "list",
    { secrets, storage: store.status() },
    secrets.length > 0 ? table : [t("done.empty")],
  );
}

import { AppError } from "@latchkey/api-contracts/errors";
import type { Context } from "../context.ts";
import { checkedKey, checkedName } from "../given.ts";
import { openStoreForPerson } from "../open-store.ts";
import { usageOf, usageText } from "../usage.ts";

/** `latchkey rename KEY NEW-KEY`: one change, so that the secret is never there twice or not at all. One that connections use by its key stays. */
export async function rename(
  context: Context,
  words: readonly string[],
  options: { env?: string },
): Promise<void> {
  const [from, to] = [checkedKey(words[0] ?? ""), checkedKey(words[1] ?? "")];
  await using opened = await openStoreForPerson();
  const { store } = opened;
  const known = await store.describe(from);
  const value = await store.get(from);
  if (!known || value === undefined) throw new AppError("secrets.absent", { key: from });
  const users = (await usageOf(opened)).get(from)?.filter(({ by }) => by === "connection") ?? [];
  if (users.length > 0) {
    context.note(`${from}  ${context.t("table.usedBy")}: ${usageText(context.t, users)}`);
    throw new AppError("secrets.in-use", { key: from });
  }
  if ((await store.keys()).includes(to)) {
    throw new AppError("secrets.collision", {
      key: from,
      otherKey: to,
      envName: (await store.describe(to))?.envName ?? "?",
    });
  }
  const isInstall = to.startsWith("install.");
  const envName = options.env ?? (isInstall && from.startsWith("install.") ? known.envName : undefined);
  const outcomes = await store.change([
    { op: "remove", key: from },
    { op: "set", key: to, value, source: known.source, ...(envName === undefined ? {} : { envName }) },
  ]);
  const done = outcomes.find(({ key }) => key === to);
  if (!done || done.change === "removed") throw new AppError("internal.unexpected");
  const { t } = context;
  context.answer("rename", { from, secret: done.secret }, [t("done.renamed", { from, ...done.secret })]);
}

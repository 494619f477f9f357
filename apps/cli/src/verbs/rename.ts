import { AppError } from "@latchkey/api-contracts/errors";
import { CliFailure } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { checkedKey, checkedName } from "../given.ts";
import { openStoreForPerson } from "../open-store.ts";
import { usageOf, usageText } from "../usage.ts";

/** `latchkey rename KEY NEW-KEY`: one change, so that the secret is never there twice or not at all. One that connections use by its key stays. */
export async function rename(
  context: Context,
  words: readonly string[],
  options: { env?: string },
): Promise<void> {
  const { t } = context;
  const [from, to] = [checkedKey(words[0] ?? ""), checkedKey(words[1] ?? "")];
  if (from === to) throw new CliFailure("cli.usage", exitCodes.usage, t("usage.sameKey"));
  const given = options.env === undefined ? undefined : checkedName(options.env);
  await using opened = await openStoreForPerson();
  const { store } = opened;
  const known = await store.describe(from);
  const value = await store.get(from);
  if (!known || value === undefined) throw new AppError("secrets.absent", { key: from });
  const users = (await usageOf(opened)).get(from)?.filter(({ by }) => by === "connection") ?? [];
  if (users.length > 0) {
    context.note(t("done.usedBy", { key: from, users: usageText(t, users) }));
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
  const envName = given ?? (isInstall && from.startsWith("install.") ? known.envName : undefined);
  await store.change([
    { op: "remove", key: from },
    { op: "set", key: to, value, source: known.source, ...(envName === undefined ? {} : { envName }) },
  ]);
  if (known.aliases) await store.setAliases(to, known.aliases);
  const secret = await store.describe(to);
  if (!secret) throw new AppError("internal.unexpected");
  context.answer("rename", { from, secret }, [t("done.renamed", { from, ...secret })]);
}

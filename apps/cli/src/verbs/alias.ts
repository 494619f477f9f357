import type { Context } from "../context.ts";
import { checkedKey, checkedName } from "../given.ts";
import { openStoreForPerson } from "../open-store.ts";

/** `latchkey alias KEY [NAME...]`: gives a secret these further variables instead of those it had. */
export async function alias(
  context: Context,
  [key = "", ...words]: readonly string[],
  _options: unknown,
): Promise<void> {
  const { t } = context;
  const checked = checkedKey(key);
  const names = words.map(checkedName);
  await using opened = await openStoreForPerson();
  await opened.store.setAliases(checked, names);
  const secret = await opened.store.describe(checked);
  const aliases = secret?.aliases ?? [];
  const told = t("done.aliases", { key: checked, names: aliases.join(", ") });
  context.answer("alias", { key: checked, aliases }, [
    aliases.length > 0 ? told : t("done.noAliases", { key: checked }),
  ]);
}

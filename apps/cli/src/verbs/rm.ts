import { AppError } from "@latchkey/api-contracts/errors";
import { askToType, askYes } from "../ask.ts";
import { CliFailure } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { checkedKey } from "../given.ts";
import { openStoreForPerson } from "../open-store.ts";
import { usageOf, usageText } from "../usage.ts";

/** `latchkey rm KEY...`: one is asked for with a yes, several by typing what they are called together. */
export async function rm(
  context: Context,
  words: readonly string[],
  options: { yes?: boolean; all?: boolean; confirm?: string; plan?: boolean },
): Promise<void> {
  const { t, note } = context;
  if ((words.length === 0) !== (options.all ?? false)) {
    const hint = t("usage.seeHelp", { command: "rm " });
    throw new CliFailure("cli.usage", exitCodes.usage, t("usage.keysOrAll"), hint);
  }
  await using opened = await openStoreForPerson();
  const { store } = opened;
  const stored = await store.keys();
  const keys = options.all ? stored : [...new Set(words.map(checkedKey))];
  const missing = keys.find((key) => !stored.includes(key));
  if (missing) throw new AppError("secrets.absent", { key: missing });
  const usage = await usageOf(opened);
  const users = keys.map((key) => t("done.usedBy", { key, users: usageText(t, usage.get(key) ?? []) }));
  const scope = options.all ? "all" : scopeOf(keys);
  if (options.plan) {
    const how = keys.length > 1 ? [t("done.confirmWith", { scope })] : [];
    const lines = keys.length > 0 ? [...users, ...how] : [t("done.nothing")];
    return context.answer("rm", { removed: [], wouldRemove: keys }, lines);
  }
  for (const line of users) note(line);
  await confirm(context, keys, scope, options);
  if (keys.length > 0) await store.change(keys.map((key) => ({ op: "remove", key })));
  context.answer(
    "rm",
    { removed: keys },
    keys.length > 0 ? keys.map((key) => t("done.removed", { key })) : [t("done.nothing")],
  );
}

async function confirm(
  context: Context,
  keys: readonly string[],
  scope: string,
  options: { yes?: boolean; confirm?: string },
): Promise<void> {
  const { t } = context;
  const [key = ""] = keys;
  if (keys.length === 0 || options.confirm === scope) return;
  if (options.confirm !== undefined) {
    throw new CliFailure("cli.usage", exitCodes.usage, t("usage.otherName"), t("usage.planShows"));
  }
  if (keys.length === 1) return options.yes ? undefined : askYes(context, t("ask.remove", { key }));
  await askToType(context, t("ask.typeScope", { scope, count: keys.length }), scope);
}

/** The longest beginning that the keys share, by segments; `several` when they share none. */
function scopeOf(keys: readonly string[]): string {
  const segments = keys.map((key) => key.split("."));
  const first = segments[0] ?? [];
  const shared = first.filter((_, at) =>
    segments.every((other) => first.slice(0, at + 1).every((part, i) => other[i] === part)),
  );
  return shared.join(".") || "several";
}

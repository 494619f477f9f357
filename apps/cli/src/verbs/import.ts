import { AppError, type ErrorCode } from "@latchkey/api-contracts/errors";
import { EnvName } from "@latchkey/api-contracts/ids";
import { storeNames } from "@latchkey/host";
import {
  createDotenvSource,
  type MigratedItem,
  type MigrationSource,
  type PlannedItem,
  planMigration,
  runMigration,
  type SecretStore,
} from "@latchkey/secrets-core";
import { askYes } from "../ask.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { openStoreForPerson } from "../open-store.ts";
import { tableOf } from "../output/table.ts";

type ImportOptions = { yes?: boolean; plan?: boolean; replace?: boolean };

/** `latchkey import FILE`: copies the variables of a dotenv file, which stays as it is. */
export async function importFile(
  context: Context,
  [file = ""]: readonly string[],
  options: ImportOptions,
): Promise<void> {
  await using opened = await openStoreForPerson();
  const source = createDotenvSource({ path: file });
  const plan = await showPlan(context, opened.store, source, {
    ...options,
    question: context.t("ask.copy"),
  });
  if (!plan) return;
  const items = await copyItems(context, opened.store, source, plan, options);
  context.answer("import", { items, isDone: true }, outcomeLines(context, items));
}

/** Shows what would be done and asks; `undefined` when there is nothing to do, or nothing but the plan was wanted. */
export async function showPlan(
  context: Context,
  store: SecretStore,
  source: MigrationSource,
  options: ImportOptions & { question: string },
): Promise<readonly PlannedItem[] | undefined> {
  const { t, note } = context;
  const plan = await planMigration(store, source, { appId: storeNames.appId });
  const rows = plan.map((item) => [
    item.name,
    item.key,
    "code" in item
      ? t("words.refuseBecause", { why: whyRefused(context, item.code) })
      : t(`words.${item.action}`),
  ]);
  const table = tableOf([[t("table.variable"), t("table.key"), t("table.what")], ...rows]);
  const isWork = plan.some(({ action }) => action !== "refuse");
  if (!isWork || options.plan) {
    const items = plan.map((item) => {
      const outcome = "code" in item ? ("refused" as const) : ("planned" as const);
      return { name: item.name, key: item.key, outcome, ...("code" in item && { code: item.code }) };
    });
    const lines = isWork ? table : [...table.slice(1), t("done.nothing")];
    context.answer("import", { items, isDone: false }, lines);
    return undefined;
  }
  if (!options.yes) {
    for (const line of table) note(line);
    await askYes(context, options.question);
  }
  return plan;
}

/** Copies the items. A program then finds each under the name it had in the file, where that can be a variable's. */
export async function copyItems(
  context: Context,
  store: SecretStore,
  source: MigrationSource,
  plan: readonly PlannedItem[],
  { replace }: ImportOptions,
): Promise<MigratedItem[]> {
  const items = await runMigration(store, source, plan, { onConflict: replace ? "replace" : "keep" });
  for (const { name, key, outcome } of items) {
    if (outcome === "copied" || outcome === "replaced" || outcome === "same")
      await keepName(context, store, { key, name });
  }
  if (items.some(({ outcome }) => outcome === "failed")) process.exitCode = exitCodes.store;
  return items;
}

async function keepName(
  { t, note }: Context,
  store: SecretStore,
  { key, name }: { key: string; name: string },
): Promise<void> {
  const { envName, aliases = [] } = (await store.describe(key)) ?? {};
  if (name === envName || aliases.some((alias) => alias === name)) return;
  try {
    if (!EnvName.safeParse(name).success) return note(t("done.otherName", { name, envName }));
    await store.setAliases(key, [...aliases, name]);
  } catch (error) {
    // Another secret has the name, or no secret may have it.
    if (!(error instanceof AppError) || !isTaken(error.code)) throw error;
    note(t("done.otherName", { name, envName }));
  }
}

const isTaken = (code: string) => code === "secrets.collision" || code === "secrets.reserved-name";

export function outcomeLines(
  context: Context,
  items: readonly (MigratedItem & { isTakenOut?: boolean })[],
): string[] {
  const { t } = context;
  const rows = items.map((item) => {
    const outcome = t(`words.${item.outcome}`);
    const why = "code" in item ? [whyRefused(context, item.code)] : [];
    return [
      item.name,
      item.key,
      [outcome, ...why, ...(item.isTakenOut ? [t("words.takenOut")] : [])].join(", "),
    ];
  });
  return tableOf([[t("table.variable"), t("table.key"), t("table.what")], ...rows]);
}

/** A few words for a table; the code where there are none. */
function whyRefused({ t }: Context, code: ErrorCode): string {
  if (code === "secrets.reserved-name") return t("whyRefused.reserved");
  if (code === "secrets.collision") return t("whyRefused.taken");
  if (code === "secrets.invalid-value") return t("whyRefused.value");
  if (code === "secrets.too-large" || code === "secrets.variable-too-large") return t("whyRefused.tooLarge");
  return code;
}

import { storeNames } from "@latchkey/host";
import {
  createDotenvSource,
  type MigrationSource,
  type PlannedItem,
  planMigration,
  runMigration,
  type SecretStore,
} from "@latchkey/secrets-core";
import { askYes } from "../ask.ts";
import type { Context } from "../context.ts";
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
  const plan = await showPlan(context, opened.store, source, options);
  if (!plan) return;
  const items = await copyItems(opened.store, source, plan, options);
  context.answer("import", { items, isDone: true }, outcomeLines(context, items));
}

/** Shows what would be done and asks; `undefined` when there is nothing to do, or nothing but the plan was wanted. */
export async function showPlan(
  context: Context,
  store: SecretStore,
  source: MigrationSource,
  options: ImportOptions,
): Promise<readonly PlannedItem[] | undefined> {
  const { t, note } = context;
  const plan = await planMigration(store, source, { appId: storeNames.appId });
  const rows = plan.map(({ name, key, action }) => [name, key, t(`words.${action}`)]);
  const table = tableOf([[t("table.variable"), t("table.key"), t("table.what")], ...rows]);
  const isWork = plan.some(({ action }) => action !== "refuse");
  if (!isWork || options.plan) {
    const items = plan.map(({ name, key }) => ({ name, key, outcome: "planned" as const }));
    context.answer(
      "import",
      { items, isDone: false },
      isWork ? table : [...table.slice(1), t("done.nothing")],
    );
    return undefined;
  }
  for (const line of table) note(line);
  if (!options.yes) await askYes(context, t("ask.goOn"));
  return plan;
}

export function copyItems(
  store: SecretStore,
  source: MigrationSource,
  plan: readonly PlannedItem[],
  { replace }: ImportOptions,
) {
  return runMigration(store, source, plan, { onConflict: replace ? "replace" : "keep" });
}

export function outcomeLines(
  { t }: Context,
  items: readonly {
    name: string;
    key: string;
    outcome: "copied" | "replaced" | "same" | "kept" | "refused" | "failed";
  }[],
): string[] {
  return tableOf(items.map(({ name, key, outcome }) => [name, key, t(`words.${outcome}`)]));
}

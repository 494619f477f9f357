import { createDotenvSource, finishMigration, unreachable } from "@latchkey/secrets-core";
import { askYes } from "../ask.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { type OpenedStore, openStoreForPerson } from "../open-store.ts";
import { copyItems, outcomeLines, showPlan } from "./import.ts";

type MigrateOptions = { yes?: boolean; plan?: boolean; replace?: boolean };

/** `latchkey migrate [FILE]`: moves values to the chosen place, and out of where they were. */
export async function migrate(
  context: Context,
  [file]: readonly string[],
  options: MigrateOptions,
): Promise<void> {
  await using opened = await openStoreForPerson();
  if (file === undefined) return takeOver(context, opened, options);
  const { t, note } = context;
  const { store } = opened;
  const source = createDotenvSource({ path: file });
  const plan = await showPlan(context, store, source, { ...options, question: t("ask.moveOut", { file }) });
  if (!plan) return;
  const copied = await copyItems(context, store, source, plan, options);
  const finished = await finishMigration(store, source, plan);
  const items = copied.map((item) => ({
    ...item,
    isTakenOut: finished.some(({ name, isFinished }) => name === item.name && isFinished),
  }));
  if (items.some(({ isTakenOut }) => isTakenOut)) note(t("done.former", { file }));
  context.answer("migrate", { items, isDone: true }, outcomeLines(context, items));
}

/** Secrets that lie in a weaker place, because the keychain could not be used when they came, move into it. */
async function takeOver(context: Context, { store }: OpenedStore, options: MigrateOptions): Promise<void> {
  const { t, note } = context;
  const { storageBackend, reason, readable } = store.status();
  if (!readable) throw unreachable(storageBackend, reason);
  const keys = await store.weaker();
  const items = keys.map((key) => ({ name: key, key, outcome: "planned" as const }));
  if (keys.length === 0) {
    const words = { storage: t(`storage.${storageBackend}`), reason: t(`reasons.${reason}`) };
    const why = [t("doctor.storageFallback", words), t(`nextSteps.${reason}`)];
    const lines = reason === "working" ? [t("done.nothing")] : why;
    return context.answer("migrate", { items, isDone: true }, lines);
  }
  const lines = keys.map((key) => `${key}  ${t("words.move")}`);
  if (options.plan) return context.answer("migrate", { items, isDone: false }, lines);
  if (!options.yes) {
    for (const line of lines) note(line);
    await askYes(context, t("ask.move", { storage: t(`storage.${storageBackend}`) }));
  }
  await store.takeOver();
  const left = new Set<string>(await store.weaker());
  if (left.size > 0) process.exitCode = exitCodes.store;
  const done = keys.map((key) => ({
    name: key,
    key,
    outcome: left.has(key) ? ("failed" as const) : ("copied" as const),
    isTakenOut: !left.has(key),
  }));
  context.answer(
    "migrate",
    { items: done, isDone: true },
    done.map(({ key }) => `${key}  ${t(left.has(key) ? "words.failed" : "words.moved")}`),
  );
}

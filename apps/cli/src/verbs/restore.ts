import { storeNames } from "@latchkey/host";
import {
  type OnConflict,
  openBackup,
  previewRestore,
  type RestoreItem,
  restoreBackup,
} from "@latchkey/secrets-core";
import { askYes } from "../ask.ts";
import type { Context } from "../context.ts";
import { openStoreForPerson } from "../open-store.ts";
import { tableOf } from "../output/table.ts";
import { passphraseOf } from "../passphrase.ts";

/** `latchkey restore FILE`: shows what would be done, asks, and does all of it or nothing. */
export async function restore(
  context: Context,
  [file = ""]: readonly string[],
  options: { passphraseFile?: string; onConflict?: OnConflict; yes?: boolean; plan?: boolean },
): Promise<void> {
  const { t, note } = context;
  const passphrase = await passphraseOf(context, { ...options, isNew: false });
  const opened = await openBackup(file, { passphrase });
  await using own = await openStoreForPerson();
  const how = { appId: storeNames.appId, onConflict: options.onConflict ?? "keep" };
  const preview = await previewRestore(own.store, opened, how);
  const linesOf = (rows: readonly (readonly [RestoreItem, string])[]) =>
    tableOf([
      [t("table.key"), t("table.what")],
      ...rows.map(([{ from, key }, what]) => [from === key ? key : `${from} -> ${key}`, what]),
    ]);
  const lines = linesOf(preview.map((item) => [item, t(`words.${item.action}`)]));
  if (options.plan) return context.answer("restore", { items: preview, isDone: false }, lines);
  if (!preview.some(({ action }) => action === "create" || action === "replace")) {
    return context.answer("restore", { items: preview, isDone: true }, [...lines, t("done.nothing")]);
  }
  if (!options.yes) {
    for (const line of lines) note(line);
    await askYes(context, t("ask.restore"));
  }
  const items = await restoreBackup(own.store, opened, how);
  const done = items.map((item) => [item, t(`restored.${item.action}`)] as const);
  context.answer("restore", { items, isDone: true }, linesOf(done));
}

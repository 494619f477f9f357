import { storeNames } from "@latchkey/host";
import { type OnConflict, openBackup, previewRestore, restoreBackup } from "@latchkey/secrets-core";
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
  const lines = tableOf(preview.map(({ from, key, action }) => [from, key, t(`words.${action}`)]));
  if (options.plan) return context.answer("restore", { items: preview, isDone: false }, lines);
  for (const line of lines) note(line);
  if (!options.yes) await askYes(context, t("ask.goOn"));
  const items = await restoreBackup(own.store, opened, how);
  context.answer("restore", { items, isDone: true }, [t("words.done")]);
}

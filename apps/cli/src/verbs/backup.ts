import { storeNames } from "@latchkey/host";
import { writeBackup } from "@latchkey/secrets-core";
import type { Context } from "../context.ts";
import { openStoreForPerson } from "../open-store.ts";
import { passphraseOf } from "../passphrase.ts";

/** `latchkey backup FILE`: one new age file with every secret. */
export async function backup(
  context: Context,
  [file = ""]: readonly string[],
  options: { passphraseFile?: string; skipUnreadable?: boolean },
): Promise<void> {
  const { t } = context;
  const passphrase = await passphraseOf(context, { ...options, isNew: true });
  await using opened = await openStoreForPerson();
  const { keys, unreadable } = await writeBackup(opened.store, file, {
    appId: storeNames.appId,
    lock: { passphrase },
    skipUnreadable: options.skipUnreadable ?? false,
  });
  context.answer("backup", { keys: [...keys], unreadable: [...unreadable] }, [
    t("done.backup", { count: keys.length, file }),
    ...unreadable.map((key) => t("done.leftOut", { key })),
  ]);
}

import { unreachable } from "@latchkey/secrets-core";
import type { Context } from "../context.ts";
import { openStoreForPerson } from "../open-store.ts";

/**
 * `latchkey unlock`: has the system ask the person to unlock the keychain, and waits for the answer. No other verb
 * opens a question of the system.
 */
export async function unlock(context: Context): Promise<void> {
  const { t } = context;
  await using opened = await openStoreForPerson();
  const status = await opened.store.unlock();
  if (!status.readable) throw unreachable(status.storageBackend, status.reason);
  context.answer("unlock", { storage: status }, [
    t("done.unlocked", { storage: t(`storage.${status.storageBackend}`) }),
  ]);
}

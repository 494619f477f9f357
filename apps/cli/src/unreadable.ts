import type { SecretStore } from "@latchkey/secrets-core";
import type { Context } from "./context.ts";

/** Says, beside an answer, that values cannot be read now, why, and what to do. */
export function noteUnreadable({ t, note }: Context, store: SecretStore): void {
  const { readable, storageBackend, reason } = store.status();
  if (readable) return;
  const words = { storage: t(`storage.${storageBackend}`), reason: t(`reasons.${reason}`) };
  note(t("done.unreadable", { ...words, next: t(`nextSteps.${reason}`) }));
}

import type { StorageStatus } from "@latchkey/api-contracts/secrets";
import { pendingRecordsOf, recordsOf } from "./index-document.ts";
import { auditStep } from "./store-audit.ts";
import type { StoreContext } from "./store-context.ts";

/**
 * Probes the storage backends and chooses where new values go. A choice that differs from the last one is audited.
 *
 * @throws `files.corrupt`, `files.unsafe`, `files.failed` of the index, `audit.failed`
 */
export function createChooser({
  index,
  storage,
  onAudit,
}: Pick<StoreContext, "index" | "storage" | "onAudit">): () => Promise<StorageStatus> {
  let reported: string | undefined;
  return async () => {
    const document = await index.read();
    const records = [...recordsOf(document), ...pendingRecordsOf(document)];
    const status = await storage.choose(new Set(records.map(([, record]) => record.storageBackend)));
    const { storageBackend, protection, reason: storageReason } = status;
    const choice = `${storageBackend} ${storageReason}`;
    if (choice === reported) return status;
    await auditStep(onAudit, {
      actor: "app",
      action: "storage.chosen",
      outcome: status.readable ? "done" : "failed",
      keys: [],
      storageBackend,
      protection,
      storageReason,
    });
    reported = choice;
    return status;
  };
}

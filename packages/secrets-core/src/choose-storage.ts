import type { StorageStatus } from "@latchkey/api-contracts/secrets";
import { type IndexRecord, pendingRecordsOf, recordsOf } from "./index-document.ts";
import { auditStep } from "./store-audit.ts";
import type { StoreContext } from "./store-context.ts";

/**
 * Probes the storage backends and chooses where new values go. A choice that differs from the last one is audited; in a
 * new process the last one is what the newest secret was kept with.
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
    reported ??= lastChoiceOf(records.map(([, record]) => record));
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

function lastChoiceOf(records: readonly IndexRecord[]): string | undefined {
  const [first] = records;
  if (!first) return undefined;
  const { storageBackend, storageReason } = records.reduce(
    (newest, record) => (record.updatedAt > newest.updatedAt ? record : newest),
    first,
  );
  return `${storageBackend} ${storageReason}`;
}

import type { AuditEntry } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";
import { systemCode } from "./files/file-error.ts";

/** Receives each audit entry; the step it tells of waits for it, and is not done when it rejects. */
export type OnAudit = (entry: AuditEntry) => Promise<void>;

/** Codes of steps that were refused for what was asked; any other code is a failure. */
const refusals: ReadonlySet<string> = new Set([
  "secrets.invalid-key",
  "secrets.invalid-value",
  "secrets.too-large",
  "secrets.reserved-name",
  "secrets.collision",
  "secrets.absent",
  "secrets.change-superseded",
]);

/** Reports a step before it takes effect. @throws `audit.failed` */
export async function auditStep(onAudit: OnAudit, entry: AuditEntry): Promise<void> {
  try {
    await onAudit(entry);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError("audit.failed", { reason: systemCode(error) });
  }
}

/** Reports the steps of one change. @throws `audit.failed` */
export async function auditSteps(onAudit: OnAudit, entries: readonly AuditEntry[]): Promise<void> {
  for (const entry of entries) await auditStep(onAudit, entry);
}

/** Reports a step that was not done, and gives the error to throw. */
export async function auditError(
  onAudit: OnAudit,
  entry: Omit<AuditEntry, "outcome" | "code">,
  error: unknown,
): Promise<AppError> {
  const known = error instanceof AppError ? error : new AppError("internal.unexpected", {}, { cause: error });
  const outcome = refusals.has(known.code) ? "refused" : "failed";
  // Nothing was changed, so the first error is the one to tell, also when the log cannot take it.
  await onAudit({ ...entry, outcome, code: known.code }).catch(() => undefined);
  return known;
}

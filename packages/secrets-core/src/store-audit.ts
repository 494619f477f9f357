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
  "secrets.weak-protection",
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

/** Runs a step, and reports it when it was refused or failed. @throws as `run`; `internal.unexpected` for what is no `AppError` */
export async function auditFailure<T>(
  onAudit: OnAudit,
  entry: Omit<AuditEntry, "outcome" | "code">,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const known =
      error instanceof AppError ? error : new AppError("internal.unexpected", {}, { cause: error });
    // Nobody asked for that one any more: the newer change has it, and its own steps.
    if (known.code === "secrets.change-superseded") throw known;
    const outcome = refusals.has(known.code) ? "refused" : "failed";
    // Nothing was changed, so the first error is the one to tell, also when the log cannot take it.
    await onAudit({ ...entry, outcome, code: known.code }).catch(() => undefined);
    throw known;
  }
}

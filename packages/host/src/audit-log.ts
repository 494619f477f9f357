import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { type AuditEntry, AuditEvent } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";

/** The activity log: one JSON line an event, on disk before `append` resolves. */
export interface AuditLog extends AsyncDisposable {
  /** @throws `audit.failed` when the line is not on disk; the step it announces must then not happen. */
  readonly append: (entry: AuditEntry) => Promise<void>;
}

/**
 * Opens `activity.jsonl` in the folder for appending.
 *
 * @throws `audit.failed` when it cannot be opened, or is a link
 */
export async function openAuditLog(folder: string, now: () => Date = () => new Date()): Promise<AuditLog> {
  const file = await openForAppend(folder);
  let last: Promise<unknown> = Promise.resolve();
  return {
    append(entry) {
      const line = `${JSON.stringify(AuditEvent.parse({ version: 1, occurredAt: now().toISOString(), ...entry }))}\n`;
      const written = last.then(() => writeLine(file, line));
      last = written.catch(() => undefined);
      return written;
    },
    async [Symbol.asyncDispose]() {
      await last;
      await file.close();
    },
  };
}

async function openForAppend(folder: string): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = constants;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await open(
      join(folder, "activity.jsonl"),
      O_APPEND | O_CREAT | O_WRONLY | (O_NOFOLLOW ?? 0),
      0o600,
    );
  } catch (cause) {
    throw auditFailure(cause);
  }
}

async function writeLine(file: FileHandle, line: string): Promise<void> {
  try {
    await file.appendFile(line);
    await file.datasync();
  } catch (cause) {
    throw auditFailure(cause);
  }
}

function auditFailure(cause: unknown): AppError {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
  return new AppError("audit.failed", { reason }, { cause });
}

import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { AuditEvent, AuditListing } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";

export type ExportFormat = "jsonl" | "csv";

const fields = [
  "occurredAt",
  "actor",
  "action",
  "outcome",
  "keys",
  "connectionId",
  "connectionName",
  "providerId",
  "requesterId",
  "scope",
  "reasonText",
  "reason",
  "code",
  "host",
  "method",
  "status",
  "generation",
  "storageBackend",
  "protection",
  "storageReason",
  "exitCode",
  "signal",
  "count",
] as const satisfies readonly (keyof AuditEvent)[];

/**
 * Writes entries to a file outside of our folder, whole or not at all, readable by the person alone; their number.
 *
 * @throws `files.failed`
 */
export async function exportEvents(
  path: string,
  format: ExportFormat,
  entries: AsyncIterable<AuditListing>,
): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString("hex")}.tmp`);
  let count = 0;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      if (format === "csv") await file.appendFile(`${["seq", ...fields].join(",")}\r\n`);
      for await (const entry of entries) {
        await file.appendFile(format === "csv" ? csvLine(entry) : jsonLine(entry));
        count += 1;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return count;
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (cause instanceof AppError) throw cause;
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    throw new AppError("files.failed", { file: basename(path), operation: "written", reason }, { cause });
  }
}

const jsonLine = ({ seq, event }: AuditListing) => `${JSON.stringify({ seq, ...event })}\n`;

function csvLine({ seq, event }: AuditListing): string {
  const cells = fields.map((field) => {
    const value = event[field];
    return csvCell(Array.isArray(value) ? value.join(" ") : value);
  });
  return `${[seq ?? "", ...cells].join(",")}\r\n`;
}

/**
 * A cell that no spreadsheet takes for a formula.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
function csvCell(value: string | number | undefined): string {
  if (typeof value !== "string") return value === undefined ? "" : String(value);
  const text = /^[=+\-@]/.test(value) ? `'${value}` : value;
  return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { basename } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import type { Rule } from "@latchkey/api-contracts/rules";

/** The word for a system error, `ENOSPC` for example; texts of system errors name paths and are not passed on. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

/** `files.failed` for a failed operation, with the file's name but not its folder. */
export function fileFailed(path: string, operation: "read" | "written", error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError("files.failed", { file: basename(path), operation, reason: systemCode(error) });
}

/** `files.unsafe`: something was put where our file belongs. */
export function fileUnsafe(path: string, rule: Rule): AppError {
  return new AppError("files.unsafe", { file: basename(path), rule });
}

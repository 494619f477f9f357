import type { CliError } from "@latchkey/api-contracts/cli";
import { AppError, errorTable } from "@latchkey/api-contracts/errors";
import { isRule } from "@latchkey/api-contracts/rules";
import { StorageBackendName, StorageReason } from "@latchkey/api-contracts/secrets";
import type { TFunction } from "i18next";
import type * as z from "zod";
import { CliFailure } from "../cli-error.ts";
import type { Locale } from "../locales/index.ts";

/** What to say of an error, and the exit code it becomes. Whatever is not of the tables loses its text. */
export type Explained = Readonly<{ error: z.infer<typeof CliError>; exitCode: number }>;

export function explainError(t: TFunction, locale: Locale, thrown: unknown): Explained {
  if (thrown instanceof CliFailure) {
    const { code, message, hint, exitCode } = thrown;
    return { error: { code, message, hint }, exitCode };
  }
  const known = thrown instanceof AppError ? thrown : new AppError("internal.unexpected");
  const { code } = known;
  const message =
    fileText(t, known) ?? (locale === "en" ? known.message : t(`errors.${code}`, words(t, known)));
  return { error: { code, message, hint: hintOf(t, known) }, exitCode: errorTable[code].exitCode };
}

/** The details in the person's language where they are closed words, else as they came. */
function words(t: TFunction, { details }: AppError): Record<string, string | number> {
  const { key, rule, storageBackend, reason, operation } = details;
  const known: Record<string, string | number> = { ...details };
  if (key === "given") known["key"] = t("words.given");
  if (isRule(rule)) known["rule"] = t(`rules.${rule}`);
  if (operation === "read" || operation === "written") known["operation"] = t(`operations.${operation}`);
  const backend = StorageBackendName.safeParse(storageBackend);
  if (backend.success) known["storageBackend"] = t(`storage.${backend.data}`);
  const because = StorageReason.safeParse(reason);
  if (because.success) {
    known["reason"] = t(`reasons.${because.data}`);
    known["next"] = t(`nextSteps.${because.data}`);
  }
  return known;
}

/** What the system says of a file most often, in words and with what to do about it. */
function fileText(t: TFunction, { code, details }: AppError): string | undefined {
  const { reason, operation, file = "?" } = details;
  if (code !== "files.failed") return undefined;
  const isRead = operation === "read";
  if (reason === "ENOENT") return t(isRead ? "files.noFile" : "files.noFolder", { file });
  if (reason === "EISDIR") return t("files.isFolder", { file });
  if (reason === "EACCES" || reason === "EPERM") return t("files.noRight", { file });
  if (reason === "EROFS") return t("files.readOnly", { file });
  if (reason === "ENOSPC") return t("files.full", { file });
  return undefined;
}

function hintOf(t: TFunction, { code, details }: AppError): string | null {
  const { rule, reason, file } = details;
  if (code === "secrets.absent") return t("hints.list");
  if (code === "secrets.locked") return t("hints.unlock");
  if (code === "secrets.storage-changed" || code === "secrets.undecryptable") return t("hints.set");
  if (code === "secrets.collision") return t("hints.env");
  if (code === "secrets.invalid-key") {
    if (rule === "needs-env-name") return t("hints.envName");
    return rule === "fixed-env-name" ? t("hints.alias") : t("hints.key");
  }
  if (code === "request.invalid") return t("hints.variable");
  if (code === "files.corrupt" && file === "secrets-index.json") return t("hints.recover");
  if (code === "files.failed" && (reason === "ENOENT" || reason === "EISDIR")) return null;
  if (code === "secrets.unavailable" || code === "audit.failed" || code.startsWith("files."))
    return t("hints.doctor");
  return code === "internal.unexpected" ? t("hints.verbose") : null;
}

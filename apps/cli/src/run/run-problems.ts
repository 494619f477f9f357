import { AppError } from "@latchkey/api-contracts/errors";
import { openSettings } from "@latchkey/host/settings";
import { explainError } from "../text/error-text.ts";
import { localeOfTerminal } from "../text/locale.ts";
import { translatorFor } from "../text/translator.ts";
import type { RunProblem } from "./parse-run.ts";

const locale = localeOfTerminal(process.env);
const t = translatorFor(locale);

/** Every problem of `run` reads `latchkey: what; next`. */
function told(text: string, hint?: string | null): string {
  return `latchkey: ${text}${hint ? ` ${t("hints.next", { hint })}` : ""}`;
}

export function tellRunProblem({ problem }: RunProblem): string {
  const texts = {
    "no-command": t("usage.noCommand"),
    "no-dashes": t("usage.noDashes"),
    "unknown-option": t("usage.unknownOption"),
    "no-pattern": t("usage.noPattern"),
    "bad-mask": t("usage.badMask"),
  };
  return told(texts[problem], t("usage.runHow"));
}

export function tellCommandProblem(exitCode: number): string {
  return told(exitCode === 127 ? t("run.notFound") : t("run.notExecutable"));
}

export function tellNoMatch(): string {
  return told(t("run.noMatch"), t("hints.list"));
}

export function tellError(thrown: unknown): { exitCode: number; text: string } {
  const { error, exitCode } = explainError(t, locale, thrown);
  return { exitCode, text: told(error.message, error.hint) };
}

export function tellAuditFailure(thrown: unknown): { exitCode: number; text: string } {
  const reason = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "unknown";
  return tellError(new AppError("audit.failed", { reason }));
}

export function tellUnrecorded(): string {
  return told(t("run.unrecorded"));
}

/** Whether the person set it so that a step goes on when the activity log cannot take it. */
export async function goesOnUnrecorded(configFolder: string): Promise<boolean> {
  const settings = await openSettings(configFolder)
    .read()
    .catch(() => undefined);
  return settings?.activityLog.onFailure === "allow";
}

import type { Finding } from "@latchkey/api-contracts/cli";
import { foldersOf } from "@latchkey/host";
import type { Context } from "../context.ts";
import { finding, type Look } from "../doctor/look.ts";
import { lookAtDocuments } from "../doctor/look-at-documents.ts";
import { lookAtActivity, lookAtLock, lookAtPermissions, lookAtPlaintext } from "../doctor/look-at-files.ts";
import { lookAtEnvironment, lookAtStorage, lookAtValues } from "../doctor/look-at-store.ts";
import { lookAtStrangers } from "../doctor/look-at-strangers.ts";
import { exitCodes } from "../exit-codes.ts";
import { openStoreForPerson } from "../open-store.ts";
import { explainError } from "../text/error-text.ts";

/** Files come first: opening the store narrows modes and takes stale locks over by itself. */
const beforeOpening = [lookAtPermissions, lookAtLock] as const;
const looks: readonly Look[] = [
  lookAtStorage,
  lookAtValues,
  lookAtStrangers,
  lookAtDocuments,
  lookAtPlaintext,
  lookAtEnvironment,
  lookAtActivity,
];

/** `latchkey doctor`: every finding with its fix; the exit code is 1 while a problem is left. */
export async function doctor(
  context: Context,
  _words: readonly string[],
  options: { fix?: boolean },
): Promise<void> {
  const { t } = context;
  const folders = foldersOf("latchkey");
  const patient = { t, folders, env: process.env, mayFix: options.fix ?? false };
  const findings: Finding[] = [];
  for (const look of beforeOpening) findings.push(...(await look(patient)));
  try {
    await using opened = await openStoreForPerson();
    for (const look of looks) findings.push(...(await look({ ...patient, ...opened })));
  } catch (error) {
    findings.push(cannotOpen(context, error));
  }
  const left = findings.filter(({ level, isFixed }) => level !== "ok" && !isFixed);
  const problems = left.filter(({ level }) => level === "problem").length;
  if (problems > 0) process.exitCode = exitCodes.failure;
  const summary = [
    ...(problems > 0 ? [t("doctor.problems", { count: problems })] : []),
    ...(left.length > problems ? [t("doctor.notices", { count: left.length - problems })] : []),
  ];
  context.answer("doctor", { findings }, [
    ...findings.flatMap((found) => linesOf(context, found)),
    ...(summary.length > 0 ? summary : [t("doctor.nothing")]),
  ]);
}

/** What keeps the store from being opened is what the doctor was asked for. */
function cannotOpen({ t, locale }: Context, thrown: unknown): Finding {
  const { error } = explainError(t, locale, thrown);
  if (error.code === "internal.unexpected") throw thrown;
  const check = error.code.startsWith("audit.")
    ? "activity"
    : error.code.startsWith("files.")
      ? "index"
      : "storage";
  const fix = error.hint === t("hints.doctor") ? null : error.hint;
  return finding(check, "problem", error.message, fix === null ? {} : { fix });
}

const marks = { ok: "ok", notice: "!!", problem: "XX" } as const;
const colours = { ok: 32, notice: 33, problem: 31 } as const;

function linesOf({ t, hasColour }: Context, { level, text, fix, isFixed }: Finding): string[] {
  const mark = hasColour ? `\u001b[${colours[level]}m${marks[level]}\u001b[0m` : marks[level];
  const next = isFixed ? t("doctor.fixed") : fix;
  return [`${mark}  ${text}`, ...(next === null ? [] : [`    ${next}`])];
}

import type { Finding } from "@latchkey/api-contracts/cli";
import { foldersOf, openAudit, openStore } from "@latchkey/host";
import type { Context } from "../context.ts";
import type { Look } from "../doctor/look.ts";
import { lookAtActivity, lookAtLock, lookAtPermissions, lookAtPlaintext } from "../doctor/look-at-files.ts";
import { lookAtEnvironment, lookAtStorage, lookAtValues } from "../doctor/look-at-store.ts";
import { lookAtStrangers } from "../doctor/look-at-strangers.ts";
import { exitCodes } from "../exit-codes.ts";

/** Files come first: opening the store narrows modes and takes stale locks over by itself. */
const beforeOpening = [lookAtPermissions, lookAtLock] as const;
const looks: readonly Look[] = [
  lookAtStorage,
  lookAtValues,
  lookAtStrangers,
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
  await using audit = await openAudit(folders);
  await using store = await openStore(folders, (entry) => audit.append(entry));
  for (const look of looks) findings.push(...(await look({ ...patient, store })));
  const isSick = findings.some(({ level, isFixed }) => level === "problem" && !isFixed);
  if (isSick) process.exitCode = exitCodes.failure;
  context.answer(
    "doctor",
    { findings },
    findings.flatMap((found) => linesOf(context, found)),
  );
}

const marks = { ok: "ok", notice: "!!", problem: "XX" } as const;
const colours = { ok: 32, notice: 33, problem: 31 } as const;

function linesOf({ t, hasColour }: Context, { level, text, fix, isFixed }: Finding): string[] {
  const mark = hasColour ? `\u001b[${colours[level]}m${marks[level]}\u001b[0m` : marks[level];
  const next = isFixed ? t("doctor.fixed") : fix;
  return [`${mark}  ${text}`, ...(next === null ? [] : [`    ${next}`])];
}

import { openBackup, rehearseRestore } from "@latchkey/secrets-core";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { passphraseOf } from "../passphrase.ts";

/** `latchkey rehearse FILE`: whether a backup would work when it is needed. */
export async function rehearse(
  context: Context,
  [file = ""]: readonly string[],
  options: { passphraseFile?: string },
): Promise<void> {
  const passphrase = await passphraseOf(context, { ...options, isNew: false });
  const { restored, problems } = await rehearseRestore(await openBackup(file, { passphrase }));
  const { t } = context;
  const summary =
    problems.length === 0
      ? t("done.rehearsed", { count: restored })
      : t("done.rehearsedPartly", { restored, count: problems.length });
  if (problems.length > 0) process.exitCode = exitCodes.store;
  context.answer("rehearse", { restored, problems: [...problems] }, [
    summary,
    ...problems.map(({ key, action }) => `${key}  ${t(`words.${action}`)}`),
  ]);
}

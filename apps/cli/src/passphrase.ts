import { readFile } from "node:fs/promises";
import { AppError } from "@latchkey/api-contracts/errors";
import { askHidden } from "./ask.ts";
import { CliFailure } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

/** The passphrase of a backup, from a file or a hidden prompt; a new one is asked for twice. */
export async function passphraseOf(
  context: Context,
  options: { passphraseFile?: string; isNew: boolean },
): Promise<string> {
  const { t } = context;
  if (options.passphraseFile !== undefined) {
    try {
      return (await readFile(options.passphraseFile, "utf8")).replace(/\r?\n$/, "");
    } catch (error) {
      const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
      throw new AppError("files.failed", { file: "--passphrase-file", operation: "read", reason });
    }
  }
  const hint = t("usage.needsPassphrase");
  const passphrase = await askHidden(context, t("ask.passphrase"), hint);
  if (options.isNew && (await askHidden(context, t("ask.again"), hint)) !== passphrase) {
    throw new CliFailure("cli.usage", exitCodes.usage, t("ask.differ"));
  }
  return passphrase;
}

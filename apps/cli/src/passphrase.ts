import { askHidden } from "./ask.ts";
import { CliFailure } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";
import { readGiven } from "./given.ts";

/** The passphrase of a backup, from a file or a hidden prompt; a new one is asked for twice. */
export async function passphraseOf(
  context: Context,
  options: { passphraseFile?: string; isNew: boolean },
): Promise<string> {
  const { t } = context;
  if (options.passphraseFile !== undefined) {
    const passphrase = (await readGiven("--passphrase-file", options.passphraseFile))
      .toString()
      .replace(/\r?\n$/, "");
    if (passphrase === "") throw new CliFailure("cli.usage", exitCodes.usage, t("usage.emptyPassphrase"));
    return passphrase;
  }
  const hints = { noTerminal: t("usage.needsPassphrase"), severalLines: t("usage.needsPassphrase") };
  const passphrase = await askHidden(context, t("ask.passphrase"), hints);
  if (options.isNew && (await askHidden(context, t("ask.again"), hints)) !== passphrase) {
    throw new CliFailure("cli.usage", exitCodes.usage, t("ask.differ"));
  }
  return passphrase;
}

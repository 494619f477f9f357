import { CliFailure } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

/** The prompts are loaded when one is shown; they write to standard error, so that output can be piped. */
async function prompts() {
  return { clack: await import("@clack/prompts"), options: { output: process.stderr, withGuide: false } };
}

function cancelled({ t }: Context): CliFailure {
  return new CliFailure("cli.cancelled", exitCodes.interrupted, t("usage.cancelled"));
}

function refuseToAsk(context: Context, hint: string): void {
  if (!context.canAsk) {
    throw new CliFailure("cli.usage", exitCodes.usage, context.t("usage.needsTerminal"), hint);
  }
}

/** Asks for hidden text; only its length shows. @throws CliFailure without a terminal, and when it is cancelled */
export async function askHidden(context: Context, message: string, hint: string): Promise<string> {
  refuseToAsk(context, hint);
  const { clack, options } = await prompts();
  const text = await clack.password({ message, mask: "*", ...options });
  if (clack.isCancel(text)) throw cancelled(context);
  return text;
}

/** Asks for a yes. @throws CliFailure without a terminal, and for any other answer */
export async function askYes(context: Context, message: string): Promise<void> {
  refuseToAsk(context, context.t("usage.needsYes"));
  const { clack, options } = await prompts();
  const { t } = context;
  const words = { active: t("ask.yes"), inactive: t("ask.no"), initialValue: false };
  if ((await clack.confirm({ message, ...words, ...options })) !== true) throw cancelled(context);
}

/** Asks to type a word that names what is at stake. @throws CliFailure without a terminal, and for another word */
export async function askToType(context: Context, message: string, word: string): Promise<void> {
  refuseToAsk(context, context.t("usage.needsConfirm"));
  const { clack, options } = await prompts();
  if ((await clack.text({ message, ...options })) !== word) throw cancelled(context);
}

import { CliFailure } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

type Prompts = typeof import("@clack/prompts");
type Asked = { output: typeof process.stderr; withGuide: false; signal: AbortSignal };

/**
 * Shows a question. The prompts are loaded when one is shown, and write to standard error, so that output can be piped.
 *
 * @throws CliFailure when it is not answered, Ctrl+D included
 */
async function ask<T extends string | boolean>(
  context: Context,
  show: (prompts: Prompts, options: Asked) => Promise<T | symbol>,
): Promise<T> {
  const prompts = await import("@clack/prompts");
  const { stdin, stderr } = process;
  // A terminal that tells no width, as under a script, would be taken for one without columns.
  if (stderr.columns === 0) stderr.columns = 80;
  const ended = new AbortController();
  const end = () => ended.abort();
  const endAtCtrlD = (_text: string, key: { ctrl?: boolean; name?: string }) => {
    if (key.ctrl && key.name === "d") end();
  };
  stdin.on("keypress", endAtCtrlD).once("end", end);
  try {
    const answer = await show(prompts, { output: stderr, withGuide: false, signal: ended.signal });
    if (typeof answer === "symbol") throw cancelled(context);
    return answer;
  } finally {
    stdin.off("keypress", endAtCtrlD).off("end", end);
  }
}

function cancelled({ t }: Context): CliFailure {
  return new CliFailure("cli.cancelled", exitCodes.interrupted, t("usage.cancelled"));
}

function refuseToAsk(context: Context, hint: string): void {
  if (!context.canAsk) {
    throw new CliFailure("cli.usage", exitCodes.usage, context.t("usage.cannotAsk"), hint);
  }
}

/**
 * Asks for hidden text; only its length shows.
 *
 * @param hints what to do without a terminal, and with text of several lines: a terminal gives the first alone
 * @throws CliFailure
 */
export async function askHidden(
  context: Context,
  message: string,
  hints: { noTerminal: string; severalLines: string },
): Promise<string> {
  refuseToAsk(context, hints.noTerminal);
  const { t } = context;
  let hasSeveralLines = false;
  // Nobody types two lines at once: they were pasted.
  const look = (piece: Buffer | string) => {
    hasSeveralLines ||= /[\r\n]+[^\r\n]/.test(String(piece));
  };
  process.stdin.on("data", look);
  try {
    const validate = (text: string | undefined) => (text ? undefined : t("ask.empty"));
    const text = await ask<string>(context, ({ password }, options) =>
      password({ message, mask: "*", validate, ...options }),
    );
    if (!hasSeveralLines) return text;
    throw new CliFailure("cli.usage", exitCodes.usage, t("ask.severalLines"), hints.severalLines);
  } finally {
    process.stdin.off("data", look);
  }
}

/** Asks for a yes. @throws CliFailure without a terminal, and for any other answer */
export async function askYes(context: Context, message: string): Promise<void> {
  const { t } = context;
  refuseToAsk(context, t("usage.needsYes"));
  const words = { active: t("ask.yes"), inactive: t("ask.no"), initialValue: false };
  const isYes = await ask<boolean>(context, ({ confirm }, options) =>
    confirm({ message, ...words, ...options }),
  );
  if (!isYes) throw cancelled(context);
}

/** Asks to type a word that names what is at stake. @throws CliFailure without a terminal, and for another word */
export async function askToType(context: Context, message: string, word: string): Promise<void> {
  refuseToAsk(context, context.t("usage.needsConfirm"));
  const typed = await ask<string>(context, ({ text }, options) => text({ message, ...options }));
  if (typed !== word) throw cancelled(context);
}

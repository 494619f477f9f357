import { AppError } from "@latchkey/api-contracts/errors";
import { type Command, CommanderError } from "commander";
import { CliFailure } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { createContext } from "./create-context.ts";
import { exitCodes } from "./exit-codes.ts";
import { createProgram } from "./program.ts";
import { explainError } from "./text/error-text.ts";

/**
 * Every way in but a plain `run`: reads the words, does the verb, and tells what failed.
 *
 * @param unsafe why nothing may be done in this environment
 */
export async function runCommandLine(words: readonly string[], unsafe: string | undefined): Promise<void> {
  const wants = (option: string) => words.includes(option);
  const own = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
  const options = {
    json: own.includes("--json"),
    verbose: wants("--verbose"),
    input: !wants("--no-input"),
    color: !wants("--no-color"),
  };
  // The prompts look at this alone.
  if (!options.color) process.env["NO_COLOR"] = "1";
  const context = createContext(options, process.env);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever reads our output may be gone before all of it was written; that is no failure of ours.
    if (error.code === "EPIPE") process.exit();
    const reason = error.code ?? "unknown";
    tell(
      { ...context, isJson: false },
      new AppError("files.failed", { file: "stdout", operation: "written", reason }),
    );
    process.exit();
  });
  if (unsafe) return tell(context, new CliFailure("cli.unsafe-environment", exitCodes.failure, unsafe));
  const program = createProgram(context);
  try {
    await program.parseAsync(words.length === 0 ? ["--help"] : [...words], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const verb = own.find((word) => !word.startsWith("-"));
    tell(context, error instanceof CommanderError ? usageFailure(context, program, error, verb) : error);
  }
}

/** Commander's own texts quote what was typed, and that may be a secret in the wrong place. */
function usageFailure(
  { t }: Context,
  program: Command,
  error: CommanderError,
  verb: string | undefined,
): CliFailure {
  const { code, message } = error;
  const [, what = ""] = /'([^']*)'/.exec(message) ?? [];
  const [, choices = ""] = /Allowed choices are ([a-z, ]+)\.$/.exec(message) ?? [];
  const missing = t("usage.missing", { what: code === "commander.missingArgument" ? `<${what}>` : what });
  const texts: Record<string, string> = {
    "commander.unknownCommand": t("usage.unknownCommand"),
    "commander.unknownOption": t("usage.unknownOption"),
    "commander.missingArgument": missing,
    "commander.optionMissingArgument": missing,
    "commander.excessArguments": t("usage.excessArguments"),
    "commander.invalidArgument": t("usage.badChoice", { choices }),
    "commander.conflictingOption": t("usage.conflict"),
    "commander.help": t(verb === "help" ? "usage.unknownCommand" : "usage.noVerb"),
  };
  const command = program.commands.find((one) => one.name() === verb);
  const own = command ? `${command.name()} ` : "";
  const meant = suggestionsOf(program, message).map((word) => `latchkey ${own}${word}`);
  const hint = meant.length > 0 ? meant.join(", ") : t("usage.seeHelp", { command: own });
  return new CliFailure("cli.usage", exitCodes.usage, texts[code] ?? t("usage.noVerb"), hint);
}

/** What commander takes a wrong word for, as far as these are words of ours. */
function suggestionsOf(program: Command, message: string): string[] {
  const [, found = ""] = /\n\(Did you mean (?:one of )?(.+)\?\)$/.exec(message) ?? [];
  const known = [program, ...program.commands].flatMap((one) => [
    one.name(),
    ...one.options.map(({ long }) => long),
  ]);
  return found.split(", ").filter((word) => known.includes(word));
}

function tell(context: Context, thrown: unknown): void {
  const { t, locale, note, isJson, isVerbose } = context;
  const { error, exitCode } = explainError(t, locale, thrown);
  process.exitCode = exitCode;
  if (isJson) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, ok: false, error })}\n`);
  else note(`latchkey: ${error.message}${error.hint ? ` ${t("hints.next", { hint: error.hint })}` : ""}`);
  if (isVerbose && thrown instanceof Error && thrown.stack) note(thrown.stack);
}

import { AppError } from "@latchkey/api-contracts/errors";
import { CommanderError } from "commander";
import { CliFailure } from "./cli-error.ts";
import type { Context } from "./context.ts";
import { createContext } from "./create-context.ts";
import { exitCodes } from "./exit-codes.ts";
import { createProgram } from "./program.ts";
import { explainError } from "./text/error-text.ts";

/** Every way in but a plain `run`: reads the words, does the verb, and tells what failed. */
export async function runCommandLine(words: readonly string[]): Promise<void> {
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
  try {
    await createProgram(context).parseAsync([...words], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const verb = own.find((word) => !word.startsWith("-"));
    tell(context, error instanceof CommanderError ? usageFailure(context, error, verb) : error);
  }
}

/** Commander's own texts quote what was typed, and that may be a secret in the wrong place. */
function usageFailure({ t }: Context, { code }: CommanderError, verb: string | undefined): CliFailure {
  const texts: Record<string, string> = {
    "commander.unknownCommand": t("usage.unknownCommand"),
    "commander.unknownOption": t("usage.unknownOption"),
    "commander.missingArgument": t("usage.missingArgument"),
    "commander.optionMissingArgument": t("usage.missingArgument"),
    "commander.excessArguments": t("usage.excessArguments"),
    "commander.invalidArgument": t("usage.badChoice"),
    "commander.help": t("usage.missingArgument"),
  };
  const isVerb = code !== "commander.unknownCommand" && verb !== undefined && /^[a-z]{2,10}$/.test(verb);
  const hint = t("usage.seeHelp", { command: isVerb ? `${verb} ` : "" });
  return new CliFailure("cli.usage", exitCodes.usage, texts[code] ?? t("usage.missingArgument"), hint);
}

function tell(context: Context, thrown: unknown): void {
  const { t, locale, note, isJson, isVerbose } = context;
  const { error, exitCode } = explainError(t, locale, thrown);
  process.exitCode = exitCode;
  if (isJson) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, ok: false, error })}\n`);
  else note(`latchkey: ${error.message}${error.hint ? ` ${t("hints.next", { hint: error.hint })}` : ""}`);
  if (isVerbose && thrown instanceof Error && thrown.stack) note(thrown.stack);
}

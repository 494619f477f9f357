import { writeSync } from "node:fs";
import type { Context } from "./context.ts";
import { localeOfTerminal } from "./text/locale.ts";
import { translatorFor } from "./text/translator.ts";

export type GlobalOptions = Readonly<{ json?: boolean; verbose?: boolean; input?: boolean; color?: boolean }>;

/** What the terminal and the options common to all verbs allow. */
export function createContext(options: GlobalOptions, env: NodeJS.ProcessEnv): Context {
  const locale = localeOfTerminal(env);
  const isJson = options.json ?? false;
  const isDumb = env["TERM"] === "dumb" || Boolean(env["NO_COLOR"]) || options.color === false;
  const say = (line: string) => {
    if (!isJson) process.stdout.write(`${line}\n`);
  };
  return {
    t: translatorFor(locale),
    locale,
    isJson,
    isVerbose: options.verbose ?? false,
    canAsk: options.input !== false && process.stdin.isTTY && process.stderr.isTTY && env["TERM"] !== "dumb",
    hasColour: process.stdout.isTTY && !isDumb,
    say,
    note: (line) => void writeSync(2, `${line}\n`),
    answer(_verb, data, lines) {
      if (isJson) process.stdout.write(`${JSON.stringify({ schemaVersion: 1, ok: true, data })}\n`);
      for (const line of lines) say(line);
    },
  };
}

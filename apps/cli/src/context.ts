import type { CliData } from "@latchkey/api-contracts/cli";
import type { TFunction } from "i18next";
import type { Locale } from "./locales/index.ts";

/** What every verb works with: its words, its two streams, and what the person allowed. */
export type Context = Readonly<{
  t: TFunction;
  locale: Locale;
  /** Whether standard output takes one JSON document and nothing else. */
  isJson: boolean;
  isVerbose: boolean;
  /** Whether a question can be asked: a terminal on both sides, and not forbidden. */
  canAsk: boolean;
  /** Whether standard output may be coloured. */
  hasColour: boolean;
  /** A line of the answer, on standard output; nothing with `--json`. */
  say: (line: string) => void;
  /** A line beside the answer, on standard error. */
  note: (line: string) => void;
  /** Ends the verb with its data; `lines` are the same for a person. */
  answer: <V extends keyof CliData>(verb: V, data: CliData[V], lines: readonly string[]) => void;
}>;

/** Whether output of the child passes the redaction: `auto` where it does not go to a terminal. */
export type Mask = "auto" | "always" | "never";

/** A request to run a program with secrets. */
export type RunRequest = Readonly<{
  /** Patterns of keys or variables, with `*` for any text; empty for all. */
  only: readonly string[];
  keepEnv: boolean;
  mask: Mask;
  command: readonly string[];
}>;

/** What is wrong with the words after `run`. `word` is an option's name, never a value. */
export type RunProblem = Readonly<{
  problem: "no-command" | "no-dashes" | "unknown-option" | "no-pattern" | "bad-mask";
  word: string;
}>;

/** Whether the words start a program; asking for help is left to the other way in. */
export function isPlainRun(words: readonly string[]): boolean {
  if (words[0] !== "run") return false;
  const end = words.indexOf("--");
  const own = end < 0 ? words : words.slice(0, end);
  return !own.includes("--help") && !own.includes("-h");
}

/** Reads the words after `run`; all after `--` belongs to the program. */
export function parseRun(words: readonly string[]): RunRequest | RunProblem {
  const only: string[] = [];
  let keepEnv = false;
  let mask: Mask = "auto";
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") {
      const command = words.slice(at + 1);
      return command.length === 0 ? { problem: "no-command", word: "--" } : { only, keepEnv, mask, command };
    }
    if (!word.startsWith("-")) return { problem: "no-dashes", word: "run" };
    const [name = "", ...rest] = word.split("=");
    const takesValue = name === "--only" || name === "--mask";
    const value = rest.length > 0 || !takesValue ? rest.join("=") : words[++at];
    if (name === "--keep-env") keepEnv = true;
    else if (name === "--only") {
      if (!value || value === "--") return { problem: "no-pattern", word: name };
      only.push(value);
    } else if (name === "--mask") {
      if (!isMask(value)) return { problem: "bad-mask", word: name };
      mask = value;
    } else if (!ignored.has(name)) return { problem: "unknown-option", word: name };
  }
  return { problem: "no-command", word: "--" };
}

/** Options of every verb that mean nothing here: the output is the program's. */
const ignored = new Set(["--no-color", "--no-input", "--verbose"]);

function isMask(text: string | undefined): text is Mask {
  return text === "auto" || text === "always" || text === "never";
}

/** Tells whether a secret is wanted. */
export type Matcher = (
  record: Readonly<{ key: string; envName: string; aliases: readonly string[] }>,
) => boolean;

/** Whether one of the patterns names the key or a variable of it; no pattern names all. */
export function matcherOf(patterns: readonly string[]): Matcher {
  if (patterns.length === 0) return () => true;
  const forms = patterns.map((pattern) => {
    const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
    return new RegExp(`^${parts.join(".*")}$`);
  });
  return ({ key, envName, aliases }) =>
    forms.some((form) => [key, envName, ...aliases].some((name) => form.test(name)));
}

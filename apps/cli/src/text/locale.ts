import type { Locale } from "../locales/index.ts";

/** The language of a terminal: the first of these variables that is set decides; `C` and `POSIX` are English. */
export function localeOfTerminal(env: NodeJS.ProcessEnv): Locale {
  const name = env["LC_ALL"] || env["LC_MESSAGES"] || env["LANG"] || "";
  return /^ru(_|\.|@|$)/i.test(name) ? "ru" : "en";
}

import { join } from "node:path";
import envPaths from "env-paths";

/** Where Latchkey keeps what; each is made with mode 0700 by its first writer. */
export interface Folders {
  /** Settings of the window. */
  readonly config: string;
  /** Secrets index, `secrets.env`, activity log. */
  readonly data: string;
  /** What can be made again: Chromium's own files. */
  readonly cache: string;
  readonly logs: string;
}

/** The folders of this person on this system, alike with and without a window. */
export function foldersOf(appName: string): Folders {
  const paths = envPaths(appName, { suffix: "" });
  return { config: paths.config, data: paths.data, cache: join(paths.cache, "chromium"), logs: paths.log };
}

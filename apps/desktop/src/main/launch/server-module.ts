import { isAbsolute, join } from "node:path";

/**
 * The program of the server process: the one that is built with the app. For tests and for those who write a server,
 * `LATCHKEY_DEV_SERVER_MODULE` names another one by its absolute path; an installed app does not heed it.
 */
export function serverModule(options: {
  env: Readonly<Record<string, string | undefined>>;
  isPackaged: boolean;
}): string {
  const own = join(import.meta.dirname, "server.js");
  const other = options.env["LATCHKEY_DEV_SERVER_MODULE"];
  return other && isAbsolute(other) && !options.isPackaged ? other : own;
}

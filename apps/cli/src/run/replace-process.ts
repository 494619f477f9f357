import { isSurelyExecutable } from "./find-command.ts";

/** Far below what any system takes for arguments and environment together. */
const maxBytes = 512 * 1024;

/** Whether this process can become the program without a way back: a failed attempt would end it. */
export function canReplaceProcess(
  path: string,
  args: readonly string[],
  env: Record<string, string>,
): boolean {
  if (process.platform === "win32" || typeof process.execve !== "function") return false;
  let size = 0;
  for (const word of args) size += Buffer.byteLength(word) + 9;
  for (const [name, value] of Object.entries(env))
    size += Buffer.byteLength(name) + Buffer.byteLength(value) + 10;
  return size < maxBytes && isSurelyExecutable(path);
}

/** Becomes the program: same process id, same files, same terminal, its own environment. */
export function replaceProcess(path: string, args: readonly string[], env: Record<string, string>): never {
  // Node ignores these, and an ignored signal would stay ignored; a handled one goes back to its default.
  for (const signal of ["SIGPIPE", "SIGXFSZ"] as const) process.on(signal, () => undefined);
  if (!process.execve) throw new TypeError("This Node cannot replace its process.");
  return process.execve(path, [...args], env);
}

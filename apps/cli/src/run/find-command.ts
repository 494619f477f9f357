import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { delimiter, isAbsolute, resolve } from "node:path";

/** Where a program lies, or why it cannot be started: 127 when there is none, 126 when it may not be executed. */
export type FoundCommand = Readonly<{ path: string }> | Readonly<{ exitCode: 126 | 127 }>;

/** Finds a program as a shell does: a name with a slash is a path, any other is looked for along `PATH`. */
export function findCommand(name: string, searchPath: string | undefined): FoundCommand {
  const candidates = name.includes("/")
    ? [isAbsolute(name) ? name : resolve(name)]
    : (searchPath ?? "/usr/bin:/bin").split(delimiter).map((folder) => resolve(folder || ".", name));
  let isThere = false;
  for (const path of candidates) {
    const isProgram = isExecutable(path);
    if (isProgram) return { path };
    isThere ||= isProgram === false;
  }
  return { exitCode: isThere ? 126 : 127 };
}

/** `undefined` when nothing is there. */
function isExecutable(path: string): boolean | undefined {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "EACCES" || code === "EPERM" ? false : undefined;
  }
}

/**
 * Whether the system itself can start the file, so that replacing this process cannot fail: a program of its own
 * format, or a script whose interpreter is one.
 */
export function isSurelyExecutable(path: string): boolean {
  const start = startOf(path);
  if (start.startsWith("\x7fELF")) return true;
  const interpreter = /^#!\s*(\/\S+)/.exec(start)?.[1];
  return (
    interpreter !== undefined &&
    isExecutable(interpreter) === true &&
    startOf(interpreter).startsWith("\x7fELF")
  );
}

function startOf(path: string): string {
  const bytes = Buffer.alloc(256);
  try {
    const file = openSync(path, "r");
    try {
      return bytes.toString("latin1", 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}

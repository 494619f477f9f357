import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The Debian package that brings each program a test session starts. */
const packageOf = {
  "dbus-daemon": "dbus",
  gdbus: "libglib2.0-bin",
  "gnome-keyring-daemon": "gnome-keyring",
  Xvfb: "xvfb",
} as const;

export type RequiredProgram = keyof typeof packageOf;

/**
 * Checks that the programs are there; a test session never skips what it cannot start.
 *
 * @throws Error naming the missing programs and the command that installs them
 */
export function requirePrograms(
  programs: readonly RequiredProgram[],
  path = process.env["PATH"] ?? "",
): void {
  const missing = programs.filter((program) => !isOnPath(program, path));
  if (missing.length === 0) return;
  const packages = missing.map((program) => packageOf[program]).join(" ");
  throw new Error(
    `A test session needs ${missing.join(", ")}. Run: sudo apt-get update && sudo apt-get install -y ${packages}`,
  );
}

function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

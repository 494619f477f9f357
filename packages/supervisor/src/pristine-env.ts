import { AppError } from "@latchkey/api-contracts/errors";
import { ServerEnv } from "@latchkey/api-contracts/server";

type Env = Readonly<Record<string, string>>;

const POSIX_NAMES = ["PATH", "HOME", "LANG", "TMPDIR", "TZ"];
const WINDOWS_NAMES = ["PATH", "SystemRoot", "ComSpec", "windir", "TEMP", "USERPROFILE", "APPDATA"];

/** The variables that a server process takes over from its parent. */
export function inheritedNames(platform: NodeJS.Platform): readonly string[] {
  return platform === "win32" ? WINDOWS_NAMES : POSIX_NAMES;
}

/**
 * Refuses names that would change how the server process runs or is controlled.
 *
 * @throws `secrets.reserved-name`
 */
export function checkSnapshotNames(names: readonly string[], platform: NodeJS.Platform): void {
  const reserved = new Set([...inheritedNames(platform), ...Object.keys(ServerEnv.shape)].map(foldCase));
  for (const envName of names) {
    const isReserved = reserved.has(foldCase(envName)) || foldCase(envName).startsWith("LATCHKEY_");
    if (isReserved) throw new AppError("secrets.reserved-name", { envName, key: envName });
  }
}

/**
 * The environment of a server process, built from nothing: the allow-listed variables of the parent, the snapshot,
 * and the control variables, which win.
 */
export function buildPristineEnv(parts: {
  parentEnv: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
  snapshot: Env;
  control: Env;
}): Env {
  const inherited: Record<string, string> = {};
  for (const name of inheritedNames(parts.platform)) {
    const value = parts.platform === "win32" ? findFolded(parts.parentEnv, name) : parts.parentEnv[name];
    if (value !== undefined) inherited[name] = value;
  }
  return { ...inherited, ...parts.snapshot, ...parts.control };
}

const foldCase = (name: string) => name.toUpperCase();

/** On Windows a name is the same in any case. */
function findFolded(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const spelled = Object.keys(env).find((candidate) => foldCase(candidate) === foldCase(name));
  return spelled === undefined ? undefined : env[spelled];
}

type Env = Readonly<Record<string, string | undefined>>;

/** What a program needs to find its files, its language and its terminal; nothing that could carry a secret. */
const posixNames = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TMPDIR", "TZ", "TERM"];
const terminalNames = ["COLORTERM", "NO_COLOR"];
const windowsNames = ["PATH", "PATHEXT", "SYSTEMROOT", "COMSPEC", "WINDIR", "TEMP", "TMP", "USERPROFILE"];
const windowsFolders = ["APPDATA", "LOCALAPPDATA", "PROGRAMFILES", "PROGRAMDATA"];
const inherited = new Set(
  process.platform === "win32" ? [...windowsNames, ...windowsFolders] : [...posixNames, ...terminalNames],
);

/**
 * The environment of the program: the allow-listed variables of the parent, or all of them with `keepEnv`, and the
 * secrets, which win.
 */
export function childEnv(
  parent: Env,
  secrets: readonly { envName: string; value: string }[],
  { keepEnv }: { keepEnv: boolean },
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && (keepEnv || isInherited(name))) env[name] = value;
  }
  for (const { envName, value } of secrets) env[envName] = value;
  return env;
}

function isInherited(name: string): boolean {
  const folded = process.platform === "win32" ? name.toUpperCase() : name;
  return inherited.has(folded) || folded.startsWith("LC_");
}

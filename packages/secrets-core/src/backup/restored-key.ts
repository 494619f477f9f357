/** A key of another app's LLM config becomes this app's; any other key is the same in every app. */
export function keyInApp(key: string, fromAppId: string, appId: string): string {
  return key.startsWith(`${fromAppId}.`) ? `${appId}${key.slice(fromAppId.length)}` : key;
}

/**
 * A key beside the one that stays: a number follows the name of the connection, of the LLM config, or of the
 * `install.` secret, which gets it in its variable too.
 *
 * **Shape** `provider.github.token` and 2 give `provider.github-2.token`. `group` is equal for the secrets of one
 * connection, which keep together.
 */
export function renamed(
  key: string,
  number: number,
  envName?: string,
): { key: string; envName: string | undefined; group: string } {
  const segments = key.split(".");
  const isConnection = ["provider", "sftp", "mcp"].includes(segments[0] ?? "");
  const at = segments.length - (isConnection ? 2 : 1);
  return {
    key: segments.map((segment, i) => (i === at ? `${segment}-${number}` : segment)).join("."),
    envName: envName === undefined ? undefined : `${envName}_${number}`,
    group: segments.slice(0, at + 1).join("."),
  };
}

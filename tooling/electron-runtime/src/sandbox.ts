import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The user Electron will run as; absent means the current one. */
export type SandboxUser = { uid: number; gid: number };

/**
 * Makes Chromium's sandbox work for a user who is not root: with user namespaces nothing has to be done; without
 * them its helper must belong to root and carry the set-user-id bit.
 *
 * @throws Error when neither is possible here
 */
export async function prepareSandbox(
  folder: string,
  user?: SandboxUser,
): Promise<"namespaces" | "setuid-helper"> {
  if (process.platform !== "linux") return "namespaces";
  if (await canMakeNamespaces(user)) return "namespaces";
  const helper = join(folder, "chrome-sandbox");
  const prefix = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const commands = [
    ["chown", "root:root", helper],
    ["chmod", "4755", helper],
  ];
  for (const command of commands) {
    const words = [...prefix, ...command];
    await run(words[0] ?? "", words.slice(1)).catch(() => {
      throw new Error(
        `Chromium's sandbox needs user namespaces, or: sudo chown root:root ${helper} && sudo chmod 4755 ${helper}`,
      );
    });
  }
  return "setuid-helper";
}

async function canMakeNamespaces(user: SandboxUser | undefined): Promise<boolean> {
  const as =
    user === undefined ? [] : ["setpriv", `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
  const words = [...as, "unshare", "--user", "--pid", "--net", "--fork", "true"];
  return run(words[0] ?? "", words.slice(1)).then(
    () => true,
    () => false,
  );
}

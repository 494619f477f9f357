import {
  findDescendants,
  identifyProcess,
  killTree,
  type Launcher,
  type ProcessExit,
  type ProcessIdentity,
  type ServerProcess,
} from "@latchkey/supervisor";
import { utilityProcess } from "electron";

/**
 * Launches the server as a utility process of Electron: it needs no Node fuse, opens none of Chromium's files, and
 * goes with the main process however that goes.
 */
export function createUtilityProcessLauncher(modulePath: string): Launcher {
  return { parentWatch: "none", launch: ({ env }) => launch(modulePath, env) };
}

function launch(modulePath: string, env: Readonly<Record<string, string>>): ServerProcess {
  // An empty environment would be replaced by that of the main process; the control variables see that it is not.
  const child = utilityProcess.fork(modulePath, [], { env, stdio: "pipe", serviceName: "Latchkey server" });
  let root: ProcessIdentity | undefined;
  let known: ProcessIdentity[] = [];
  child.once("spawn", () => {
    root = child.pid === undefined ? undefined : identifyProcess(child.pid);
  });
  const kill = () => {
    // Electron's own kill asks politely, and a utility process leads no group.
    if (root) killTree(root, known);
    else child.kill();
  };
  return {
    get pid() {
      return child.pid;
    },
    stdout: child.stdout,
    stderr: child.stderr,
    terminate() {
      if (root) known = findDescendants([root]);
      child.kill();
    },
    kill,
    exited: new Promise<ProcessExit>((resolve) => {
      child.once("exit", (code) => {
        if (root) killTree(root, known);
        resolve({ code, signal: null });
      });
    }),
  };
}

import {
  type Launcher,
  type ProcessExit,
  type ProcessTrack,
  type ServerProcess,
  trackProcess,
} from "@latchkey/supervisor";
import { type UtilityProcess, utilityProcess } from "electron";

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
  keepLastLines(child);
  let track: ProcessTrack | undefined;
  child.once("spawn", () => {
    track = child.pid === undefined ? undefined : trackProcess(child.pid, env["LATCHKEY_SERVER_NONCE"] ?? "");
  });
  const kill = () => {
    // Electron's own kill asks politely, and a utility process leads no group.
    if (track) track.kill();
    else child.kill();
  };
  return {
    get pid() {
      return child.pid;
    },
    stdout: child.stdout,
    stderr: child.stderr,
    remember: () => track?.remember(),
    terminate() {
      track?.remember();
      child.kill();
    },
    kill,
    exited: new Promise<ProcessExit>((resolve) => {
      child.once("exit", (code) => {
        track?.kill();
        resolve({ code, signal: null });
      });
    }),
  };
}

/**
 * Electron takes all listeners off the streams when the process has exited, and with them the last lines that are still
 * on their way: the very ones that tell why a server ended.
 */
function keepLastLines(child: UtilityProcess): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) stream.removeAllListeners = () => stream;
  }
}

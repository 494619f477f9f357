import { PassThrough } from "node:stream";
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
    stdout: keepReading(child, child.stdout),
    stderr: keepReading(child, child.stderr),
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

/** Electron takes its listeners off a stream once the process has exited, also when the last lines are still in it. */
function keepReading(child: UtilityProcess, stream: NodeJS.ReadableStream | null): PassThrough | null {
  if (!stream) return null;
  const kept = new PassThrough();
  const take = (chunk: Buffer) => void kept.write(chunk);
  const finish = () => void kept.end();
  const read = () => {
    stream.off("data", take).off("end", finish).off("error", finish);
    stream.on("data", take).on("end", finish).on("error", finish);
  };
  read();
  child.once("exit", () => queueMicrotask(read));
  return kept;
}

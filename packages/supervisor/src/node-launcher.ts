import { type ChildProcess, spawn } from "node:child_process";
import { createGuard, type Guard } from "./guard.ts";
import type { Launcher, ProcessExit, ServerProcess } from "./launcher.ts";
import { withClosedFiles } from "./open-files.ts";
import { type ProcessTrack, trackProcess } from "./process-track.ts";

/**
 * Launches the server as a child process of Node. It leads a session and a process group of its own, has the given
 * environment and no other, and of its parent's files only the three standard streams, which are pipes. Its standard
 * input is a pipe that ends with the parent, in whatever way the parent goes; a server that does not heed that is ended
 * by a guard that outlives the parent.
 */
export function createNodeLauncher(options: {
  command: string;
  args: readonly string[];
  cwd?: string;
}): Launcher {
  const guard = createGuard();
  return {
    parentWatch: "stdin",
    launch: ({ env }) => {
      const child = withClosedFiles((stdio) =>
        spawn(options.command, options.args, {
          env,
          stdio,
          detached: process.platform !== "win32",
          windowsHide: true,
          ...(options.cwd !== undefined && { cwd: options.cwd }),
        }),
      );
      // The pipe breaks with the child, whose exit tells more.
      child.stdin?.on("error", () => undefined);
      return toServerProcess(child, env["LATCHKEY_SERVER_NONCE"] ?? "", guard);
    },
  };
}

function toServerProcess(child: ChildProcess, nonce: string, guard: Guard): ServerProcess {
  const track = child.pid === undefined ? undefined : trackProcess(child.pid, nonce);
  const unwatch = child.pid === undefined ? undefined : guard.watch(child.pid, nonce);
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    remember: () => track?.remember(),
    terminate() {
      track?.remember();
      child.kill("SIGTERM");
    },
    kill: () => killAll(child, track),
    exited: new Promise<ProcessExit>((resolve) => {
      child.once("error", () => {
        if (child.pid === undefined) resolve({ code: null, signal: null });
      });
      child.once("exit", (code, signal) => {
        killAll(child, track);
        unwatch?.();
        resolve({ code, signal });
      });
    }),
  };
}

function killAll(child: ChildProcess, track: ProcessTrack | undefined): void {
  if (child.pid === undefined) return;
  if (track) return track.kill();
  const hasExited = child.exitCode !== null || child.signalCode !== null;
  if (process.platform === "win32") {
    if (!hasExited) spawn("taskkill", ["/pid", String(child.pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // No member of the group is left.
  }
}

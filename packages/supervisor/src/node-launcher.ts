import { type ChildProcess, spawn } from "node:child_process";
import type { Launcher, ProcessExit, ServerProcess } from "./launcher.ts";
import { withClosedFiles } from "./open-files.ts";
import { findDescendants, identifyProcess, killTree, type ProcessIdentity } from "./process-tree.ts";

/**
 * Launches the server as a child process of Node. It leads a session and a process group of its own, has the given
 * environment and no other, and of its parent's files only the three standard streams, which are pipes. Its standard input is a pipe that ends
 * with the parent, in whatever way the parent goes.
 */
export function createNodeLauncher(options: {
  command: string;
  args: readonly string[];
  cwd?: string;
}): Launcher {
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
      return toServerProcess(child);
    },
  };
}

function toServerProcess(child: ChildProcess): ServerProcess {
  const root = child.pid === undefined ? undefined : identifyProcess(child.pid);
  let known: ProcessIdentity[] = [];
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    terminate() {
      // Whoever leaves the session is found now, while the parents are still there.
      if (root) known = findDescendants([root]);
      child.kill("SIGTERM");
    },
    kill: () => killAll(child, root, known),
    exited: new Promise<ProcessExit>((resolve) => {
      child.once("error", () => {
        if (child.pid === undefined) resolve({ code: null, signal: null });
      });
      child.once("exit", (code, signal) => {
        killAll(child, root, known);
        resolve({ code, signal });
      });
    }),
  };
}

function killAll(child: ChildProcess, root: ProcessIdentity | undefined, known: ProcessIdentity[]): void {
  if (child.pid === undefined) return;
  if (root) return killTree(root, known);
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

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Reads process ids, one a line. At the end of input, which comes when whoever started it dies in whatever way, it
 * ends the process group of each, first politely (a display removes its lock file), and removes the folder.
 */
const script = `
pids=""
while read -r pid; do pids="$pids $pid"; done
signal_all() { left=""; for pid in $pids; do kill "$1" "-$pid" 2>/dev/null && left="$left $pid"; done; pids="$left"; }
signal_all -TERM
tries=0
while [ -n "$pids" ] && [ "$tries" -lt 20 ]; do sleep 0.025; signal_all -0; tries=$((tries + 1)); done
signal_all -KILL
exec rm -rf -- "$1"
`;

/** Ends the processes of a session, and removes its folder, also when the test runner is killed. */
export type Guard = {
  /** Puts a process, started with `detached: true`, and its whole group under the guard. */
  watch: (child: ChildProcess) => void;
  /** Kills what is watched, removes the folder, and returns when both are done. */
  end: () => Promise<void>;
};

/** Starts the guard of one session folder. */
export function startGuard(folder: string): Guard {
  const guard = spawn("/bin/sh", ["-c", script, "sh", folder], {
    stdio: ["pipe", "ignore", "inherit"],
    detached: true,
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
  });
  const exited = once(guard, "exit");
  // The pipe breaks only when the guard is gone, and then there is nothing left to tell it.
  guard.stdin.on("error", () => undefined);
  guard.unref();
  return {
    watch(child) {
      if (child.pid !== undefined) guard.stdin.write(`${child.pid}\n`);
    },
    async end() {
      guard.ref();
      guard.stdin.end();
      await exited;
    },
  };
}

import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { withClosedFiles } from "./open-files.ts";
import { identifyProcess } from "./process-tree.ts";

/**
 * A shell that waits for the end of its standard input, which comes with the end of our process, however that ends.
 * Servers that did not end by themselves one second later are killed with their group, and with whoever has their
 * nonce. Their start time is compared first, so that a reused process id is not hit.
 */
const SCRIPT = `
trap '' HUP INT TERM
servers=
while read -r verb server; do
  case $verb in
    add) servers="$servers $server" ;;
    drop) rest=; for known in $servers; do [ "$known" = "$server" ] || rest="$rest $known"; done; servers=$rest ;;
  esac
done
[ -n "$servers" ] || exit 0
sleep 1
for server in $servers; do
  IFS=: read -r pid start nonce <<END
$server
END
  if [ -n "$start" ]; then
    stat=$(cat "/proc/$pid/stat" 2>/dev/null) || stat=
    set -- \${stat##*)}
    [ "\${20}" = "$start" ] && kill -KILL "-$pid" 2>/dev/null
    printf 'LATCHKEY_SERVER_NONCE=%s' "$nonce" | grep -lF -f - /proc/[0-9]*/environ 2>/dev/null |
      while IFS=/ read -r _ _ other _; do kill -KILL "$other" 2>/dev/null; done
  else
    kill -KILL "-$pid" 2>/dev/null
  fi
done
`;

/** Ends servers that outlive our process. Only for POSIX systems; elsewhere it does nothing. */
export type Guard = {
  /** Ends that server's group when our process goes; the result takes it off the list. */
  watch: (pid: number, nonce: string) => () => void;
};

/** One shell watches over all servers of a launcher. It is started with the first, and ends with our process. */
export function createGuard(): Guard {
  let shell: ChildProcess | undefined;

  function tell(line: string): void {
    if (shell?.exitCode !== null || shell.signalCode !== null) shell = startShell();
    shell.stdin?.write(`${line}\n`);
  }
  return {
    watch(pid, nonce) {
      if (process.platform === "win32") return () => undefined;
      const server = `${pid}:${identifyProcess(pid)?.startTime ?? ""}:${nonce}`;
      tell(`add ${server}`);
      return () => tell(`drop ${server}`);
    },
  };
}

function startShell(): ChildProcess {
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
  const shell = withClosedFiles(([stdin, , , ...rest]) =>
    spawn("/bin/sh", ["-c", SCRIPT], {
      env,
      cwd: "/",
      detached: true,
      stdio: [stdin ?? "pipe", "ignore", "ignore", ...rest],
    }),
  );
  shell.on("error", () => undefined);
  shell.stdin?.on("error", () => undefined);
  // It must not keep our process running.
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return shell;
}

import { randomBytes } from "node:crypto";
import { AppError } from "@latchkey/api-contracts/errors";
import { readAnnouncement } from "./announcement.ts";
import type { Clock } from "./clock.ts";
import type { Launcher, ProcessExit, ServerProcess } from "./launcher.ts";
import { readLines } from "./line-reader.ts";
import { buildPristineEnv } from "./pristine-env.ts";
import { isPaused } from "./process-tree.ts";
import type { Snapshot } from "./snapshot.ts";

/** One launched server process, with the token and the nonce that no other has. */
export type Incarnation = {
  token: string;
  nonce: string;
  /** Takes note of what belongs to it now. */
  remember: () => void;
  terminate: () => void;
  kill: () => void;
  /** Whether someone has stopped it for the time being, as SIGSTOP does. Linux only; elsewhere false. */
  isPaused: () => boolean;
  /** Resolves after `onExit`. */
  ended: Promise<void>;
};

/** How long the last lines of a process that has ended may take to arrive. */
const LAST_LINES_MS = 1_000;

/** Launches a server process and reports its port once, each line, and its exit, which comes last. */
export function launchIncarnation(options: {
  launcher: Launcher;
  clock: Clock;
  generation: number;
  port: number;
  toolsPort: number;
  snapshot: Snapshot;
  parentEnv: NodeJS.ProcessEnv;
  onPort: (port: number) => void;
  onLine: (line: string) => void;
  onExit: (exit: ProcessExit) => void;
}): Incarnation {
  const { launcher, clock, generation, snapshot } = options;
  const token = randomBytes(32).toString("base64url");
  const nonce = randomBytes(16).toString("base64url");
  const env = buildPristineEnv({
    parentEnv: options.parentEnv,
    platform: process.platform,
    snapshot: snapshot.env,
    control: {
      LATCHKEY_SERVER_HOST: "127.0.0.1",
      LATCHKEY_SERVER_PORT: String(options.port),
      LATCHKEY_SERVER_GENERATION: String(generation),
      LATCHKEY_SERVER_TOKEN: token,
      LATCHKEY_SERVER_NONCE: nonce,
      ...(options.toolsPort !== 0 && { LATCHKEY_SERVER_TOOLS_PORT: String(options.toolsPort) }),
      LATCHKEY_SERVER_SECRET_NAMES: snapshot.names.join(","),
      LATCHKEY_SERVER_PARENT: launcher.parentWatch,
    },
  });
  const child = launch(launcher, env, options.onLine);
  const takeLine = (line: string) => {
    const port = readAnnouncement(line, nonce);
    if (port === undefined) options.onLine(line.replaceAll(token, "[token]"));
    else options.onPort(port);
  };
  const streams = [child?.stdout, child?.stderr].filter((stream) => stream != null);
  const read = streams.map((stream) => readLines(stream, takeLine));
  return {
    token,
    nonce,
    remember: () => child?.remember(),
    terminate: () => child?.terminate(),
    kill: () => child?.kill(),
    isPaused: () => child?.pid !== undefined && isPaused(child.pid),
    ended: waitForExit(child, clock, Promise.all(read)).then(options.onExit),
  };
}

/** Of the errors of a launch only our own are told: the text of Node's quotes the environment. */
function launch(
  launcher: Launcher,
  env: Readonly<Record<string, string>>,
  onLine: (line: string) => void,
): ServerProcess | undefined {
  try {
    return launcher.launch({ env });
  } catch (error) {
    if (error instanceof AppError) onLine(error.message);
    return undefined;
  }
}

async function waitForExit(
  child: ServerProcess | undefined,
  clock: Clock,
  read: Promise<unknown>,
): Promise<ProcessExit> {
  const exit = await (child?.exited ?? { code: null, signal: null });
  // A process elsewhere may hold the streams open; the exit does not wait for it.
  let cancel: (() => void) | undefined;
  const waited = new Promise<void>((resolve) => {
    cancel = clock.setTimer(LAST_LINES_MS, resolve);
  });
  await Promise.race([read, waited]);
  cancel?.();
  return exit;
}

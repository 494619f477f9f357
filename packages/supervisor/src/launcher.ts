/** How a process ended; both are null when it could not be started. */
export type ProcessExit = { code: number | null; signal: string | null };

/** A server process that was launched. */
export type ServerProcess = {
  /** Undefined when it could not be started. */
  pid: number | undefined;
  stdout: NodeJS.ReadableStream | null;
  stderr: NodeJS.ReadableStream | null;
  /** Called when it has begun to serve: the time to take note of what belongs to it. */
  remember: () => void;
  /** Asks it to end, as SIGTERM does. */
  terminate: () => void;
  /** Ends it and all that it started, whatever they do. */
  kill: () => void;
  /** Resolves once it has ended and what it left behind has been killed. Never rejects. */
  exited: Promise<ProcessExit>;
};

/** Starts server processes: Node's child processes here, Electron's utility processes in the app. */
export type Launcher = {
  /** How the server process learns that its parent went; becomes `LATCHKEY_SERVER_PARENT`. */
  parentWatch: "stdin" | "none";
  /** Starts one with this environment and no other variable. The message of an `AppError` becomes a line of its log. */
  launch: (options: { env: Readonly<Record<string, string>> }) => ServerProcess;
};

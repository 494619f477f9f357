import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ServerReason, ServerState } from "@latchkey/api-contracts/desktop";
import type { Clock } from "./clock.ts";
import type { Launcher } from "./launcher.ts";
import type { Limits } from "./limits.ts";

/** A line of the server process, redacted, for whoever writes it to a file. */
export type LogLine = { generation: number; text: string };

export type SupervisorOptions = {
  launcher: Launcher;
  /** Takes every secret value out of a line. */
  redact: (line: string) => string;
  /** Called before the step takes effect. */
  onAudit: (entry: AuditEntry) => void;
  onLogLine?: (line: LogLine) => void;
  clock?: Clock;
  limits?: Partial<Limits>;
  /** Where the allow-listed variables are taken from. */
  parentEnv?: NodeJS.ProcessEnv;
};

export type Supervisor = {
  /**
   * Sees to it that the server runs with this snapshot: starts it, restarts it when the snapshot differs from the one
   * in force, and else waits only. Changes that arrive during a change make one further generation, with the last.
   * A server that was stopped keeps the snapshot for later and stays stopped when the reason is `secrets-changed`.
   *
   * Resolves when a server with this snapshot or a later one is healthy.
   * @throws `server.unhealthy` on its first fault (tries go on, see `state`), `server.stopped`, `secrets.reserved-name`
   */
  apply: (change: {
    env: Readonly<Record<string, string>>;
    /** All mapped names, also those without a value; those of `env` when left out. */
    names?: readonly string[];
    reason: ServerReason;
  }) => Promise<void>;
  /** Starts a new generation with the snapshot in force, also after a stop. @throws as `apply` */
  restart: (reason: ServerReason) => Promise<void>;
  /** Stops the server; nothing but a person or a start of the app starts it again. Resolves when it has ended. */
  stop: (reason: ServerReason) => Promise<void>;
  state: () => ServerState;
  /** Whether the server is on its way to a new generation. */
  isRestarting: () => boolean;
  /** Calls back after each change of the state, and shortly after new log lines. The result ends that. */
  subscribe: (listener: (state: ServerState) => void) => () => void;
  /** Asks the healthy server, with the token of its generation. @throws `server.unhealthy`, `server.stopped` */
  request: (path: string, init?: { method?: string; signal?: AbortSignal }) => Promise<Response>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

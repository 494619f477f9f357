import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ServerReason, ServerState } from "@latchkey/api-contracts/desktop";
import type { ServerRequest } from "./client.ts";
import type { Clock } from "./clock.ts";
import type { Launcher } from "./launcher.ts";
import type { Lease } from "./leases.ts";
import type { Limits } from "./limits.ts";
import type { RestartMode } from "./machine-state.ts";

/** A line of the server process, redacted, for whoever writes it to a file. */
export type LogLine = { generation: number; text: string };

export type SupervisorOptions = {
  launcher: Launcher;
  /** Takes every secret value out of a line. */
  redact: (line: string) => string;
  /** Called before the step takes effect. */
  onAudit: (entry: AuditEntry) => void;
  onLogLine?: (line: LogLine) => void;
  /** Default `overlap`. `replace` is for a server that owns a fixed port: it is away for the time of a start. */
  restart?: RestartMode;
  /** What the server is told to listen on; default 0, a free one. A fixed one needs `replace`. */
  port?: number;
  /** Where on loopback the server may ask on behalf of its tools; default 0, nowhere. */
  toolsPort?: number;
  clock?: Clock;
  limits?: Partial<Limits>;
  /** Where the allow-listed variables are taken from. */
  parentEnv?: NodeJS.ProcessEnv;
};

/** What a server process gets as its secrets. */
export type SnapshotInput = {
  env: Readonly<Record<string, string>>;
  /** All mapped names, also those without a value; those of `env` when left out. */
  names?: readonly string[];
};

/**
 * What became of a change.
 * - `applied`: a server with this snapshot, or with a later one, is healthy, and the snapshot is in force.
 * - `pending`: it did not become healthy; the former server serves on, and the fallback is in force.
 * - `unhealthy`: nothing served before and nothing does now; the snapshot is in force, and tries go on (see `state`).
 * - `stopped`: the server was stopped on purpose; the snapshot is in force for its next start.
 *
 * `logTail` has the last 20 lines of the process that failed, redacted.
 */
export type ChangeOutcome = {
  status: "applied" | "pending" | "unhealthy" | "stopped";
  generation: number;
  reason: ServerReason;
  logTail: readonly string[];
};

export type Supervisor = {
  /**
   * Sees to it that the server runs with this snapshot. With a healthy server, a changed snapshot starts the next
   * generation beside it; the switch comes once that one is healthy. An equal snapshot starts nothing. Changes that
   * overtake one another make one further generation, with the last of them.
   *
   * With a `fallback` the snapshot is tried: if its server fails or is late, the former one serves on with the
   * fallback. A server process with another snapshot than the fallback must leave within the drain limit, so a
   * fallback without a removed secret sees that secret off, whatever becomes of the change. Without a fallback the
   * snapshot is in force at once.
   *
   * A server that was stopped keeps the snapshot for later and stays stopped when the reason is `secrets-changed`.
   * @throws `secrets.reserved-name`
   */
  apply: (
    change: SnapshotInput & { fallback?: SnapshotInput; reason: ServerReason },
  ) => Promise<ChangeOutcome>;
  /** Starts a new generation with the snapshot in force, also after a stop. @throws `server.stopped` before `apply` */
  restart: (reason: ServerReason) => Promise<ChangeOutcome>;
  /** Stops the server; nothing but a person or a start of the app starts it again. Resolves when it has ended. */
  stop: (reason: ServerReason) => Promise<void>;
  state: () => ServerState;
  /** Whether the server is on its way to a new generation. */
  isRestarting: () => boolean;
  /** Calls back after each change of the state, and shortly after new log lines. The result ends that. */
  subscribe: (listener: (state: ServerState) => void) => () => void;
  /** The generation that serves now, with the token that it was given; `undefined` while none does. */
  serving: () => { generation: number; token: string } | undefined;
  /**
   * Asks the healthy server, with the token of its generation. A request that meets a start waits for it, by default
   * 10 seconds. For the answer it waits until the signal ends that.
   * @throws `server.unhealthy`, `server.stopped`, `request.invalid`
   */
  request: (path: string, init?: ServerRequest) => Promise<Response>;
  /**
   * The right to send one request to the generation that serves; the generation is not asked to end before the lease
   * is given back, up to the drain limit. Waits for a start that is under way.
   *
   * @throws `server.unhealthy`, `server.stopped`; the reason of the signal
   */
  lease: (signal: AbortSignal) => Promise<Lease>;
  [Symbol.asyncDispose]: () => Promise<void>;
};

import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ServerExit, ServerPhase, ServerReason } from "@latchkey/api-contracts/desktop";

/**
 * What is to run, and why. Each act that calls for a server process of its own (a changed snapshot, a restart) has a
 * revision of its own; equal snapshots share one.
 */
export type Target = { revision: number; reason: ServerReason };

/** How a generation follows another: beside it on a port of its own, or after it, for a server that owns its port. */
export type RestartMode = "overlap" | "replace";

/** One server process, from its launch until its exit. Times are of the monotonic clock. */
export type SupervisedProcess = {
  generation: number;
  revision: number;
  /** `healthy` is the one that serves; `draining` ends the requests that it has, and gets no new ones. */
  stage: "starting" | "ready" | "healthy" | "draining" | "stopping";
  /** Why it is being ended; null unless `draining` or `stopping`. */
  endReason: ServerReason | null;
  port: number | null;
  /** When the present stage must be over; null when it may last. */
  deadlineAtMs: number | null;
  /** When it must be gone, whatever becomes of its successor; null while it may stay. */
  leaveAtMs: number | null;
  /** When it is asked next; null while no question is planned, or one is under way. */
  probeAtMs: number | null;
  /** When it has been healthy long enough to earn a fresh count of starts. */
  stableAtMs: number | null;
  misses: number;
};

/** All that the supervisor decides by. Plain data: a step gives a new one. */
export type MachineState = {
  restart: RestartMode;
  /** In force: what runs when nothing is tried, also after a crash. Null when nothing is to run. */
  committed: Target | null;
  /** A change that is being tried beside what is in force. It is committed once a process of it is healthy. */
  trial: Target | null;
  /** Stopped on purpose: a change of secrets does not start it, a person or the next start of the app does. */
  isHeld: boolean;
  /** In the order of their launch. One serves at most, one starts at most, and the others are on their way out. */
  processes: readonly SupervisedProcess[];
  generation: number;
  startCount: number;
  /** When the next start is due, by the monotonic clock and for people. */
  retry: { atMs: number; timestamp: string } | null;
  /** Changes come faster than a server starts: the next start waits for a pause in them, up to a limit. */
  hold: { untilMs: number; limitMs: number } | null;
  hasFailed: boolean;
  reason: ServerReason;
  since: string;
  lastExit: ServerExit | null;
};

export type ProbeKind = "ready" | "healthy";

/** What happened. Answers and exits name their generation; those of a former one change nothing. */
export type MachineEvent =
  /** `committed` is what stays in force if this does not become healthy; equal to `revision` when nothing does. */
  | { type: "run"; revision: number; committed: number; reason: ServerReason }
  | { type: "stop"; reason: ServerReason }
  | { type: "announced"; generation: number; port: number }
  /** A process that someone has paused gives no answer, and is not blamed for that. */
  | { type: "probed"; generation: number; isGood: boolean; isPaused?: boolean }
  /** The requests that a draining process had are over. */
  | { type: "drained"; generation: number }
  | { type: "exited"; generation: number; code: number | null; signal: string | null }
  /** The supervisor itself did not run for so long. */
  | { type: "slept"; forMs: number }
  | { type: "tick" };

/** How a wait for a revision ended. `pending`: a former server serves on, and what was committed stays in force. */
export type Outcome = {
  status: "applied" | "pending" | "unhealthy" | "stopped";
  generation: number;
  reason: ServerReason;
};

/** What is to be done outside. In order: an audit entry comes before the effect that it tells of. */
export type Effect =
  | { type: "launch"; generation: number; revision: number }
  | { type: "probe"; generation: number; kind: ProbeKind; port: number }
  /** New requests go to this one; to none when it is null. */
  | { type: "serve"; generation: number | null }
  | { type: "drain"; generation: number }
  | { type: "terminate"; generation: number }
  | { type: "kill"; generation: number }
  | { type: "audit"; entry: AuditEntry }
  /** All waits for this revision or an earlier one are over. */
  | { type: "settle"; revision: number; outcome: Outcome };

/** The moment of an event and the chance in it, both decided outside. */
export type Moment = { nowMs: number; timestamp: string; random: number };

export function initialState(timestamp: string, restart: RestartMode = "overlap"): MachineState {
  return {
    restart,
    committed: null,
    trial: null,
    isHeld: false,
    processes: [],
    generation: 0,
    startCount: 0,
    retry: null,
    hold: null,
    hasFailed: false,
    reason: { kind: "app-start", keys: [] },
    since: timestamp,
    lastExit: null,
  };
}

export const isStarting = ({ stage }: SupervisedProcess) => stage === "starting" || stage === "ready";

/** The process that answers requests. */
export function servingOf({ processes }: MachineState): SupervisedProcess | undefined {
  return processes.find(({ stage }) => stage === "healthy");
}

/** The process that is on its way to serve. */
export function candidateOf({ processes }: MachineState): SupervisedProcess | undefined {
  return processes.find(isStarting);
}

export function phaseOf(state: MachineState): ServerPhase {
  const { processes, hasFailed, retry, hold } = state;
  const candidate = candidateOf(state);
  if (servingOf(state)) {
    if (candidate) return "overlapping";
    return processes.length > 1 ? "draining" : "healthy";
  }
  if (candidate) return candidate.stage === "ready" ? "ready" : "starting";
  const [ending] = processes.toReversed();
  if (ending) {
    if (ending.stage === "draining") return "draining";
    return isFailure(ending.endReason) ? "unhealthy" : "stopping";
  }
  return hasFailed ? "failed" : retry ? "backing-off" : hold ? "starting" : "stopped";
}

/** Whether a process ended, or is being ended, for a fault of its own. No reason means that it ended by itself. */
export function isFailure(endReason: ServerReason | null): boolean {
  return endReason === null || endReason.kind === "not-ready" || endReason.kind === "not-healthy";
}

/** When the machine needs its next `tick`; null when only an event from outside can move it. */
export function wakeAtMs({ processes, retry, hold }: MachineState): number | null {
  const times = processes.flatMap(({ deadlineAtMs, probeAtMs, stableAtMs }) => [
    deadlineAtMs,
    probeAtMs,
    stableAtMs,
  ]);
  const due = [...times, retry?.atMs, hold?.untilMs].filter((time) => typeof time === "number");
  return due.length === 0 ? null : Math.min(...due);
}

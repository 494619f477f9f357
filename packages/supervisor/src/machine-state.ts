import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ServerExit, ServerPhase, ServerReason } from "@latchkey/api-contracts/desktop";

/**
 * What is to run. Each act that calls for a server process of its own (a changed snapshot, a restart) raises the
 * revision; the machine works until a process of that revision runs.
 */
export type Wanted = { revision: number; reason: ServerReason };

/** One server process, from its launch until its exit. Times are of the monotonic clock. */
export type SupervisedProcess = {
  generation: number;
  revision: number;
  stage: "starting" | "ready" | "healthy" | "stopping";
  /** Why it is being ended; null unless `stopping`. */
  endReason: ServerReason | null;
  port: number | null;
  /** When the present stage must be over; null when it may last. */
  deadlineAtMs: number | null;
  /** When it is asked next; null while no question is planned, or one is under way. */
  probeAtMs: number | null;
  /** When it has been healthy long enough to earn a fresh count of starts. */
  stableAtMs: number | null;
  misses: number;
};

/** All that the supervisor decides by. Plain data: a step gives a new one. */
export type MachineState = {
  wanted: Wanted | null;
  /** Stopped on purpose: a change of secrets does not start it, a person or the next start of the app does. */
  isHeld: boolean;
  process: SupervisedProcess | null;
  generation: number;
  startCount: number;
  /** When the next start is due, by the monotonic clock and for people. */
  retry: { atMs: number; timestamp: string } | null;
  hasFailed: boolean;
  reason: ServerReason;
  since: string;
  lastExit: ServerExit | null;
};

export type ProbeKind = "ready" | "healthy";

/** What happened. Answers and exits name their generation; those of a former one change nothing. */
export type MachineEvent =
  | { type: "run"; revision: number; reason: ServerReason }
  | { type: "stop"; reason: ServerReason }
  | { type: "announced"; generation: number; port: number }
  | { type: "probed"; generation: number; isGood: boolean }
  | { type: "exited"; generation: number; code: number | null; signal: string | null }
  | { type: "tick" };

/** How a wait for a revision ended. */
export type Outcome = "healthy" | "stopped" | ServerReason["kind"];

/** What is to be done outside. In order: an audit entry comes before the effect that it tells of. */
export type Effect =
  | { type: "launch"; generation: number; revision: number }
  | { type: "probe"; generation: number; kind: ProbeKind; port: number }
  | { type: "terminate"; generation: number }
  | { type: "kill"; generation: number }
  | { type: "audit"; entry: AuditEntry }
  /** All waits for this revision or an earlier one are over. */
  | { type: "settle"; revision: number; outcome: Outcome };

/** The moment of an event and the chance in it, both decided outside. */
export type Moment = { nowMs: number; timestamp: string; random: number };

export function initialState(timestamp: string): MachineState {
  return {
    wanted: null,
    isHeld: false,
    process: null,
    generation: 0,
    startCount: 0,
    retry: null,
    hasFailed: false,
    reason: { kind: "app-start", keys: [] },
    since: timestamp,
    lastExit: null,
  };
}

export function phaseOf({ process, hasFailed, retry }: MachineState): ServerPhase {
  if (!process) return hasFailed ? "failed" : retry ? "backing-off" : "stopped";
  if (process.stage !== "stopping") return process.stage;
  return isFailure(process.endReason) ? "unhealthy" : "stopping";
}

/** Whether a process ended, or is being ended, for a fault of its own. No reason means that it ended by itself. */
export function isFailure(endReason: ServerReason | null): boolean {
  return endReason === null || endReason.kind === "not-ready" || endReason.kind === "not-healthy";
}

/** When the machine needs its next `tick`; null when only an event from outside can move it. */
export function wakeAtMs({ process, retry }: MachineState): number | null {
  const times = [process?.deadlineAtMs, process?.probeAtMs, process?.stableAtMs, retry?.atMs];
  const due = times.filter((time) => typeof time === "number");
  return due.length === 0 ? null : Math.min(...due);
}

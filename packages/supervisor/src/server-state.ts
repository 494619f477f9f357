import type { ServerState } from "@latchkey/api-contracts/desktop";
import type { Limits } from "./limits.ts";
import { type MachineState, phaseOf } from "./machine-state.ts";

/** The state as the window shows it. The port is told while something listens there. */
export function toServerState(state: MachineState, limits: Limits, logTail: string[]): ServerState {
  return {
    phase: phaseOf(state),
    generation: state.generation,
    port: state.process?.port ?? null,
    reason: state.reason,
    since: state.since,
    startCount: state.startCount,
    startLimit: limits.startLimit.count,
    lastExit: state.lastExit,
    nextTryAt: state.retry?.timestamp ?? null,
    logTail,
  };
}

/**
 * Whether the server process is away, or not yet back, on its way to a new generation. The first start is no restart,
 * nor is a stop on purpose or a server that has failed.
 */
export function isRestarting({ wanted, hasFailed, process, reason }: MachineState): boolean {
  return wanted !== null && !hasFailed && process?.stage !== "healthy" && reason.kind !== "app-start";
}

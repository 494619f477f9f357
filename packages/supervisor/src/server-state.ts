import type { ServerState } from "@latchkey/api-contracts/desktop";
import type { Limits } from "./limits.ts";
import { candidateOf, type MachineState, phaseOf, servingOf } from "./machine-state.ts";

/** The state as the window shows it. Generation and port are of the process that serves, else of the last one. */
export function toServerState(state: MachineState, limits: Limits, logTail: string[]): ServerState {
  const serving = servingOf(state);
  return {
    phase: phaseOf(state),
    generation: serving?.generation ?? state.generation,
    port: (serving ?? candidateOf(state))?.port ?? null,
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
 * Whether the server process is away, or on its way to a new generation. The first start is no restart, nor is a stop
 * on purpose or a server that has failed.
 */
export function isRestarting(state: MachineState): boolean {
  const target = state.trial ?? state.committed;
  if (!target || state.hasFailed || state.reason.kind === "app-start") return false;
  return servingOf(state)?.revision !== target.revision;
}

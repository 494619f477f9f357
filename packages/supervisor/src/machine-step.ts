import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ServerReason } from "@latchkey/api-contracts/desktop";
import { backoffDelayMs, type Limits } from "./limits.ts";
import {
  type Effect,
  isFailure,
  type MachineState,
  type Moment,
  type Outcome,
  type SupervisedProcess,
  type Wanted,
} from "./machine-state.ts";

/** One step under way: a copy of the state that may be changed, and the effects so far. */
export type Step = { state: MachineState; effects: Effect[]; at: Moment; limits: Limits };

export function audit(
  { state, effects }: Step,
  entry: Omit<AuditEntry, "actor" | "keys" | "reason">,
  reason: ServerReason = state.reason,
): void {
  const actor = reason.kind === "person" ? "person" : "app";
  effects.push({ type: "audit", entry: { ...entry, actor, keys: reason.keys, reason: reason.kind } });
}

export function settle({ effects }: Step, revision: number, outcome: Outcome): void {
  effects.push({ type: "settle", revision, outcome });
}

export function beginStart(step: Step, wanted: Wanted): void {
  const { state, at, limits } = step;
  const isFirst = state.startCount === 0;
  state.generation += 1;
  state.startCount += 1;
  state.retry = null;
  // A further start is for the fault that ended the one before, which the state already names.
  if (isFirst) state.reason = wanted.reason;
  state.process = {
    generation: state.generation,
    revision: wanted.revision,
    stage: "starting",
    endReason: null,
    port: null,
    deadlineAtMs: at.nowMs + limits.readyMs,
    probeAtMs: null,
    stableAtMs: null,
    misses: 0,
  };
  audit(step, { action: "server.start", outcome: "done", generation: state.generation });
  step.effects.push({ type: "launch", generation: state.generation, revision: wanted.revision });
}

/** Asks the process to end; one that is ending already only learns the new reason. */
export function endProcess(step: Step, process: SupervisedProcess, reason: ServerReason): void {
  const isEnding = process.stage === "stopping";
  process.endReason = reason;
  step.state.reason = reason;
  audit(step, { action: "server.stop", outcome: "done", generation: process.generation }, reason);
  if (isEnding) return;
  process.stage = "stopping";
  process.deadlineAtMs = step.at.nowMs + step.limits.graceMs;
  process.probeAtMs = null;
  process.stableAtMs = null;
  step.effects.push({ type: "terminate", generation: process.generation });
}

/** Records the exit, and after a fault decides between another try and giving up. */
export function concludeExit(
  step: Step,
  process: SupervisedProcess,
  { code, signal }: { code: number | null; signal: string | null },
): void {
  const { state, at } = step;
  const hasFault = isFailure(process.endReason);
  const keys = process.stage === "healthy" ? [] : (state.wanted?.reason.keys ?? []);
  const reason: ServerReason = process.endReason ?? { kind: "crashed", keys };
  state.process = null;
  state.lastExit = { generation: process.generation, code, signal, occurredAt: at.timestamp };
  const outcome = hasFault ? "failed" : "done";
  const end = { ...(code !== null && { exitCode: code }), ...(signal !== null && { signal }) };
  audit(step, { action: "server.exit", outcome, generation: process.generation, ...end }, reason);
  // A process of an outdated revision is already being ended for that, so a fault is one of what is wanted.
  if (hasFault) concludeFault(step, process, reason);
}

function concludeFault(step: Step, process: SupervisedProcess, reason: ServerReason): void {
  const { state, at, limits } = step;
  state.reason = reason;
  settle(step, process.revision, reason.kind);
  if (state.startCount >= limits.startLimit.count) {
    state.hasFailed = true;
    return;
  }
  const delayMs = backoffDelayMs(state.startCount, at.random, limits);
  const timestamp = new Date(Date.parse(at.timestamp) + delayMs).toISOString();
  state.retry = { atMs: at.nowMs + delayMs, timestamp };
}

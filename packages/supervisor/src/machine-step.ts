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
  servingOf,
  type Target,
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

export function settle(step: Step, revision: number, outcome: Omit<Outcome, "generation">): void {
  step.effects.push({
    type: "settle",
    revision,
    outcome: { ...outcome, generation: step.state.generation },
  });
}

export function beginStart(step: Step, target: Target): void {
  const { state, at, limits } = step;
  const isFirst = state.startCount === 0;
  state.generation += 1;
  state.startCount += 1;
  state.retry = null;
  state.hold = null;
  // A further start is for the fault that ended the one before, which the state already names.
  if (isFirst) state.reason = target.reason;
  const process: SupervisedProcess = {
    generation: state.generation,
    revision: target.revision,
    stage: "starting",
    endReason: null,
    port: null,
    deadlineAtMs: at.nowMs + limits.readyMs,
    leaveAtMs: null,
    probeAtMs: null,
    stableAtMs: null,
    misses: 0,
  };
  state.processes = [...state.processes, process];
  audit(step, { action: "server.start", outcome: "done", generation: state.generation });
  step.effects.push({ type: "launch", generation: state.generation, revision: target.revision });
}

/** Makes it the one that serves, and sends its predecessor on its way out. */
export function beginService(step: Step, process: SupervisedProcess): void {
  const { state, at, limits } = step;
  const predecessor = servingOf(state);
  process.stage = "healthy";
  process.deadlineAtMs = null;
  process.stableAtMs = at.nowMs + limits.startLimit.withinMs;
  if (state.trial?.revision === process.revision) {
    state.committed = state.trial;
    state.reason = state.trial.reason;
    state.trial = null;
  }
  audit(step, { action: "server.healthy", outcome: "done", generation: process.generation });
  step.effects.push({ type: "serve", generation: process.generation });
  if (predecessor) beginDrain(step, predecessor, state.reason);
  settle(step, process.revision, { status: "applied", reason: state.reason });
}

/** It gets no new requests, ends those that it has, and is gone within the drain limit. */
export function beginDrain(step: Step, process: SupervisedProcess, reason: ServerReason): void {
  const { at, limits } = step;
  process.stage = "draining";
  process.endReason = reason;
  process.leaveAtMs ??= at.nowMs + limits.drainMs;
  process.deadlineAtMs = Math.max(at.nowMs, process.leaveAtMs - limits.graceMs);
  process.probeAtMs = null;
  process.stableAtMs = null;
  step.effects.push({ type: "drain", generation: process.generation });
}

/** Asks the process to end; one that is ending already only learns the new reason. */
export function endProcess(step: Step, process: SupervisedProcess, reason: ServerReason): void {
  const isEnding = process.stage === "stopping";
  if (process.stage === "healthy") step.effects.push({ type: "serve", generation: null });
  process.endReason = reason;
  audit(step, { action: "server.stop", outcome: "done", generation: process.generation }, reason);
  if (isEnding) return;
  const graceEndMs = step.at.nowMs + step.limits.graceMs;
  process.stage = "stopping";
  process.deadlineAtMs = Math.min(graceEndMs, process.leaveAtMs ?? graceEndMs);
  process.probeAtMs = null;
  process.stableAtMs = null;
  step.effects.push({ type: "terminate", generation: process.generation });
}

/** Records the exit, and after a fault of what is wanted decides between another try and giving up. */
export function concludeExit(
  step: Step,
  process: SupervisedProcess,
  { code, signal }: { code: number | null; signal: string | null },
): void {
  const { state, at } = step;
  const hasFault = isFailure(process.endReason);
  const wanted = [state.trial, state.committed].find((target) => target?.revision === process.revision);
  const keys = process.stage === "healthy" ? [] : (wanted?.reason.keys ?? []);
  const reason: ServerReason = process.endReason ?? { kind: "crashed", keys };
  state.processes = state.processes.filter((other) => other !== process);
  state.lastExit = { generation: process.generation, code, signal, occurredAt: at.timestamp };
  if (process.stage === "healthy") step.effects.push({ type: "serve", generation: null });
  const outcome = hasFault ? "failed" : "done";
  const end = { ...(code !== null && { exitCode: code }), ...(signal !== null && { signal }) };
  audit(step, { action: "server.exit", outcome, generation: process.generation, ...end }, reason);
  if (!hasFault) return;
  if (state.trial?.revision === process.revision) concludeTrial(step, reason);
  else if (state.committed?.revision === process.revision) concludeFault(step, process, reason);
}

/** The change did not come to a healthy server: what is committed stays in force, and its server serves on. */
export function concludeTrial(step: Step, reason: ServerReason): void {
  const { state } = step;
  if (!state.trial) return;
  const failed = { ...reason, keys: state.trial.reason.keys };
  audit(step, { action: "change.pending", outcome: "failed", generation: state.generation }, failed);
  settle(step, state.trial.revision, { status: "pending", reason: failed });
  state.trial = null;
  const serving = servingOf(state);
  if (serving?.revision === state.committed?.revision) state.startCount = Math.min(state.startCount, 1);
}

function concludeFault(step: Step, process: SupervisedProcess, reason: ServerReason): void {
  const { state, at, limits } = step;
  state.reason = reason;
  // While a change is tried, its process may take over; what is committed starts again when it does not.
  if (state.trial || servingOf(state)?.revision === process.revision) return;
  settle(step, process.revision, { status: "unhealthy", reason });
  if (state.startCount >= limits.startLimit.count) {
    state.hasFailed = true;
    return;
  }
  const delayMs = backoffDelayMs(state.startCount, at.random, limits);
  const timestamp = new Date(Date.parse(at.timestamp) + delayMs).toISOString();
  state.retry = { atMs: at.nowMs + delayMs, timestamp };
}

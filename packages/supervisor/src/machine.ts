import type { ServerReason } from "@latchkey/api-contracts/desktop";
import type { Limits } from "./limits.ts";
import {
  candidateOf,
  type Effect,
  isFailure,
  isStarting,
  type MachineEvent,
  type MachineState,
  type Moment,
  phaseOf,
  type SupervisedProcess,
  servingOf,
} from "./machine-state.ts";
import {
  beginDrain,
  beginService,
  beginStart,
  concludeExit,
  concludeTrial,
  endProcess,
  type Step,
  settle,
} from "./machine-step.ts";

/** One serves, one starts, one ends: a further start waits until there is room. */
const MAX_PROCESSES = 3;

/**
 * Decides what follows from an event: the next state, and what is to be done outside.
 *
 * Every event ends in the same reconciliation of what runs with what is wanted. That is why changes which arrive
 * during a change make one further generation, and why a stop wins over whatever was under way.
 */
export function transition(
  state: MachineState,
  event: MachineEvent,
  at: Moment,
  limits: Limits,
): { state: MachineState; effects: readonly Effect[] } {
  const processes = state.processes.map((process) => ({ ...process }));
  const next = { ...state, processes };
  const step: Step = { state: next, effects: [], at, limits };
  take(step, event);
  reconcile(step);
  if (phaseOf(next) !== phaseOf(state) || next.generation !== state.generation) next.since = at.timestamp;
  return { state: next, effects: step.effects };
}

function take(step: Step, event: MachineEvent): void {
  switch (event.type) {
    case "run":
      return takeRun(step, event);
    case "stop":
      return takeStop(step, event.reason);
    case "slept":
      return takeSleep(step, event.forMs);
    case "tick":
      return takeTick(step);
  }
  const process = step.state.processes.find(({ generation }) => generation === event.generation);
  if (!process) return;
  switch (event.type) {
    case "announced":
      if (process.port === null && process.stage === "starting") {
        process.port = event.port;
        process.probeAtMs = step.at.nowMs;
      }
      return;
    case "probed":
      return takeAnswer(step, process, event);
    case "drained":
      if (process.stage === "draining") endProcess(step, process, process.endReason ?? step.state.reason);
      return;
    case "exited":
      return concludeExit(step, process, { code: event.code, signal: event.signal });
  }
}

function takeRun(step: Step, event: Extract<MachineEvent, { type: "run" }>): void {
  const { state, at, limits } = step;
  const { revision, reason } = event;
  if (state.isHeld && reason.kind === "secrets-changed") {
    return settle(step, revision, { status: "stopped", reason: state.reason });
  }
  // An act earns a fresh count of starts and does not wait for a backoff.
  state.startCount = 0;
  state.retry = null;
  state.hasFailed = false;
  state.isHeld = false;
  if (state.hold)
    state.hold = { ...state.hold, untilMs: Math.min(at.nowMs + limits.quietMs, state.hold.limitMs) };
  for (const process of state.processes) {
    if (process.stage === "stopping" && isFailure(process.endReason)) process.endReason = reason;
  }
  const serving = servingOf(state);
  const isServed = serving?.revision === revision;
  // Nothing is tried while nothing serves: there is no server to protect from it.
  const isTried = (serving ?? state.trial) != null && !isServed && event.committed !== revision;
  const committed = isTried ? event.committed : revision;
  if (state.committed?.revision !== committed) state.committed = { revision: committed, reason };
  state.trial = isTried ? { revision, reason } : null;
  if (isServed) {
    state.startCount = 1;
    return settle(step, revision, { status: "applied", reason });
  }
  state.reason = reason;
}

function takeStop(step: Step, reason: ServerReason): void {
  const { state } = step;
  state.isHeld = true;
  state.committed = null;
  state.trial = null;
  state.retry = null;
  state.hold = null;
  state.hasFailed = false;
  state.reason = reason;
  settle(step, Number.POSITIVE_INFINITY, { status: "stopped", reason });
  for (const process of state.processes) endProcess(step, process, reason);
}

/** Whoever slept cannot tell how long the others took. The limit within which a process leaves stands all the same. */
function takeSleep({ state }: Step, forMs: number): void {
  for (const process of state.processes) {
    if (process.probeAtMs !== null) process.probeAtMs += forMs;
    if (process.stableAtMs !== null) process.stableAtMs += forMs;
    if (isStarting(process) && process.deadlineAtMs !== null) process.deadlineAtMs += forMs;
  }
}

function takeTick(step: Step): void {
  const { state, at } = step;
  if (state.hold && state.hold.untilMs <= at.nowMs) state.hold = null;
  for (const process of state.processes) {
    const isDue = (timeMs: number | null) => timeMs !== null && timeMs <= at.nowMs;
    if (isDue(process.stableAtMs)) {
      process.stableAtMs = null;
      // One whose snapshot is no longer in force says nothing of the starts that its successor needs.
      if (process.revision === state.committed?.revision) state.startCount = 1;
    }
    if (isDue(process.deadlineAtMs)) {
      takeDeadline(step, process);
    } else if (isDue(process.probeAtMs) && process.port !== null) {
      process.probeAtMs = null;
      const kind = process.stage === "starting" ? "ready" : "healthy";
      step.effects.push({ type: "probe", generation: process.generation, kind, port: process.port });
    }
  }
}

function takeDeadline(step: Step, process: SupervisedProcess): void {
  const { state } = step;
  switch (process.stage) {
    case "starting":
    case "ready": {
      const kind = process.stage === "starting" ? "not-ready" : "not-healthy";
      const target = state.trial ?? state.committed;
      const reason: ServerReason = { kind, keys: target?.reason.keys ?? [] };
      endProcess(step, process, reason);
      if (state.trial?.revision === process.revision) concludeTrial(step, reason);
      else state.reason = reason;
      return;
    }
    case "healthy":
    case "draining":
      return endProcess(step, process, process.endReason ?? state.committed?.reason ?? state.reason);
    case "stopping":
      process.deadlineAtMs = null;
      step.effects.push({ type: "kill", generation: process.generation });
  }
}

function takeAnswer(
  step: Step,
  process: SupervisedProcess,
  { isGood, isPaused = false }: { isGood: boolean; isPaused?: boolean },
): void {
  const { at, limits, state } = step;
  switch (process.stage) {
    case "draining":
    case "stopping":
      return;
    case "starting":
      process.probeAtMs = at.nowMs + (isGood ? 0 : limits.startPollMs);
      if (!isGood) return;
      process.stage = "ready";
      process.deadlineAtMs = at.nowMs + limits.healthyMs;
      return;
    case "ready":
      process.probeAtMs = at.nowMs + (isGood ? limits.healthIntervalMs : limits.startPollMs);
      if (isGood) beginService(step, process);
      return;
    case "healthy":
      if (!isPaused) process.misses = isGood ? 0 : process.misses + 1;
      process.probeAtMs = at.nowMs + limits.healthIntervalMs;
      if (process.misses < limits.maxMisses) return;
      state.reason = { kind: "not-healthy", keys: [] };
      endProcess(step, process, state.reason);
  }
}

function reconcile(step: Step): void {
  const { state, at, limits } = step;
  const { committed } = state;
  const target = state.trial ?? committed;
  if (!target || !committed) return;

  const candidate = candidateOf(state);
  if (candidate && candidate.revision !== target.revision) {
    endProcess(step, candidate, target.reason);
    state.hold ??= { untilMs: at.nowMs + limits.quietMs, limitMs: at.nowMs + limits.maxQuietMs };
  }
  const serving = servingOf(state);
  if (serving) setLeave(step, serving, serving.revision !== committed.revision);
  if (candidateOf(state) || serving?.revision === target.revision) return;

  const isWaiting = state.hold !== null || (state.retry !== null && state.retry.atMs > at.nowMs);
  // A fault is concluded with the exit, and decides then whether there is a next start.
  const isFaulty = state.processes.some(
    ({ stage, revision, endReason }) =>
      stage === "stopping" && revision === target.revision && isFailure(endReason),
  );
  if (state.hasFailed || isWaiting || isFaulty) return;
  if (state.restart === "replace" && state.processes.length > 0) {
    if (serving) {
      step.effects.push({ type: "serve", generation: null });
      beginDrain(step, serving, target.reason);
    }
    return;
  }
  if (state.processes.length < MAX_PROCESSES) beginStart(step, target);
}

/** A process whose snapshot is no longer in force, such as one with a removed secret, has a time to leave. */
function setLeave({ at, limits }: Step, serving: SupervisedProcess, mustLeave: boolean): void {
  serving.leaveAtMs = mustLeave ? (serving.leaveAtMs ?? at.nowMs + limits.drainMs) : null;
  serving.deadlineAtMs =
    serving.leaveAtMs === null ? null : Math.max(at.nowMs, serving.leaveAtMs - limits.graceMs);
}

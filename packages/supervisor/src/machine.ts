import type { ServerReason } from "@latchkey/api-contracts/desktop";
import type { Limits } from "./limits.ts";
import {
  type Effect,
  type MachineEvent,
  type MachineState,
  type Moment,
  phaseOf,
  type SupervisedProcess,
} from "./machine-state.ts";
import { audit, beginStart, concludeExit, endProcess, type Step, settle } from "./machine-step.ts";

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
  const next = { ...state, process: state.process && { ...state.process } };
  const step: Step = { state: next, effects: [], at, limits };
  take(step, event);
  reconcile(step);
  if (phaseOf(next) !== phaseOf(state) || next.generation !== state.generation) next.since = at.timestamp;
  return { state: next, effects: step.effects };
}

function take(step: Step, event: MachineEvent): void {
  const { state, at } = step;
  switch (event.type) {
    case "run":
      return takeRun(step, event.revision, event.reason);
    case "stop":
      return takeStop(step, event.reason);
    case "tick":
      return takeTick(step);
  }
  const { process } = state;
  if (process?.generation !== event.generation) return;
  switch (event.type) {
    case "announced":
      if (process.port === null && process.stage === "starting") {
        process.port = event.port;
        process.probeAtMs = at.nowMs;
      }
      return;
    case "probed":
      return takeAnswer(step, process, event.isGood);
    case "exited":
      return concludeExit(step, process, { code: event.code, signal: event.signal });
  }
}

function takeRun(step: Step, revision: number, reason: ServerReason): void {
  const { state } = step;
  if (state.isHeld && reason.kind === "secrets-changed") return settle(step, revision, "stopped");
  // An act earns a fresh count of starts and does not wait for a backoff.
  state.startCount = 0;
  state.retry = null;
  state.hasFailed = false;
  state.isHeld = false;
  state.wanted = { revision, reason };
  state.reason = reason;
  if (state.process?.stage === "stopping") state.process.endReason = reason;
}

function takeStop(step: Step, reason: ServerReason): void {
  const { state } = step;
  state.isHeld = true;
  state.wanted = null;
  state.retry = null;
  state.hasFailed = false;
  state.reason = reason;
  settle(step, Number.POSITIVE_INFINITY, "stopped");
  if (state.process) endProcess(step, state.process, reason);
}

function takeTick(step: Step): void {
  const { process } = step.state;
  const isDue = (timeMs: number | null) => timeMs !== null && timeMs <= step.at.nowMs;
  if (!process) return;
  if (isDue(process.stableAtMs)) {
    process.stableAtMs = null;
    step.state.startCount = 1;
  }
  if (isDue(process.deadlineAtMs)) return takeDeadline(step, process);
  if (isDue(process.probeAtMs) && process.port !== null) {
    process.probeAtMs = null;
    const kind = process.stage === "starting" ? "ready" : "healthy";
    step.effects.push({ type: "probe", generation: process.generation, kind, port: process.port });
  }
}

function takeDeadline(step: Step, process: SupervisedProcess): void {
  const keys = step.state.wanted?.reason.keys ?? [];
  if (process.stage === "stopping") {
    process.deadlineAtMs = null;
    step.effects.push({ type: "kill", generation: process.generation });
  } else {
    endProcess(step, process, { kind: process.stage === "starting" ? "not-ready" : "not-healthy", keys });
  }
}

function takeAnswer(step: Step, process: SupervisedProcess, isGood: boolean): void {
  const { at, limits } = step;
  switch (process.stage) {
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
      if (!isGood) return;
      process.stage = "healthy";
      process.deadlineAtMs = null;
      process.stableAtMs = at.nowMs + limits.startLimit.withinMs;
      audit(step, { action: "server.healthy", outcome: "done", generation: process.generation });
      return settle(step, process.revision, "healthy");
    case "healthy":
      process.misses = isGood ? 0 : process.misses + 1;
      process.probeAtMs = at.nowMs + limits.healthIntervalMs;
      if (process.misses >= limits.maxMisses) endProcess(step, process, { kind: "not-healthy", keys: [] });
  }
}

function reconcile(step: Step): void {
  const { process, wanted, hasFailed, retry, reason } = step.state;
  if (process) {
    const isOutdated = process.stage !== "stopping" && process.revision !== wanted?.revision;
    if (isOutdated) endProcess(step, process, wanted?.reason ?? reason);
  } else if (wanted && !hasFailed && (retry === null || retry.atMs <= step.at.nowMs)) {
    beginStart(step, wanted);
  }
}

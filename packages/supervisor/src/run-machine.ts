import type { Clock } from "./clock.ts";
import type { Limits } from "./limits.ts";
import { transition } from "./machine.ts";
import {
  candidateOf,
  type Effect,
  initialState,
  type MachineEvent,
  type MachineState,
  type RestartMode,
  wakeAtMs,
} from "./machine-state.ts";

/** A timer that is later than this tells that this process did not run: the machine slept, or it was paused. */
const SLEPT_MS = 1_000;

/** The machine in time: it takes events one at a time, and wakes itself when it has to. */
export type MachineRun = {
  state: () => MachineState;
  dispatch: (event: MachineEvent) => void;
  end: () => void;
};

/** @param options.perform does what the machine asks for; `onStep` is called after each event */
export function runMachine(options: {
  clock: Clock;
  limits: Limits;
  restart: RestartMode;
  perform: (effect: Effect) => void;
  onStep: () => void;
}): MachineRun {
  const { clock, limits, restart, perform, onStep } = options;
  const events: MachineEvent[] = [];
  let machine = initialState(clock.timestamp(), restart);
  let wakeAt: number | null = null;
  let ranAtMs = clock.nowMs();
  let cancelWake: (() => void) | undefined;
  let isStepping = false;

  function dispatch(event: MachineEvent): void {
    events.push(event);
    // An effect may bring about the next event, which waits until all effects of this one are done.
    if (isStepping) return;
    isStepping = true;
    for (let next = events.shift(); next; next = events.shift()) step(next);
    isStepping = false;
  }

  function step(event: MachineEvent): void {
    const at = { nowMs: clock.nowMs(), timestamp: clock.timestamp(), random: Math.random() };
    const lateMs = wakeAt === null ? 0 : at.nowMs - wakeAt;
    wakeAt = null;
    // It may have slept since its last step; nobody can tell how much of that time it was awake.
    if (lateMs > SLEPT_MS) take({ type: "slept", forMs: at.nowMs - ranAtMs });
    ranAtMs = at.nowMs;
    take(event);
    cancelWake?.();
    wakeAt = nextWakeAt(at.nowMs);
    if (wakeAt !== null && wakeAt <= at.nowMs) {
      events.push({ type: "tick" });
    } else if (wakeAt !== null) {
      cancelWake = clock.setTimer(Math.max(0, wakeAt - at.nowMs), () => dispatch({ type: "tick" }));
    }
    onStep();

    function take(next: MachineEvent): void {
      const result = transition(machine, next, at, limits);
      machine = result.state;
      for (const effect of result.effects) perform(effect);
    }
  }

  /** While a server starts it wakes often enough to notice that it slept, so that the start is not blamed for that. */
  function nextWakeAt(nowMs: number): number | null {
    const dueMs = wakeAtMs(machine);
    return dueMs === null || !candidateOf(machine) ? dueMs : Math.min(dueMs, nowMs + SLEPT_MS);
  }

  return { state: () => machine, dispatch, end: () => cancelWake?.() };
}

import { type Clock, systemClock } from "../src/index.ts";

type Timer = { dueMs: number; callback: () => void; cancel?: () => void };

/** A clock that runs until a test holds it, and is then moved on by hand, however busy the machine is. */
export type HeldClock = Clock & { hold: () => void; advance: (ms: number) => void; run: () => void };

export function createHeldClock(): HeldClock {
  const timers = new Set<Timer>();
  let heldMs = 0;
  let ranFromMs: number | undefined = systemClock.nowMs();
  const nowMs = () => heldMs + (ranFromMs === undefined ? 0 : systemClock.nowMs() - ranFromMs);

  function fire(timer: Timer): void {
    if (timers.delete(timer)) timer.callback();
  }
  function arm(timer: Timer): void {
    if (ranFromMs === undefined) return;
    timer.cancel = systemClock.setTimer(Math.max(0, timer.dueMs - nowMs()), () => fire(timer));
  }
  return {
    nowMs,
    timestamp: systemClock.timestamp,
    setTimer(delayMs, callback) {
      const timer: Timer = { dueMs: nowMs() + delayMs, callback };
      timers.add(timer);
      arm(timer);
      return () => {
        timers.delete(timer);
        timer.cancel?.();
      };
    },
    hold() {
      heldMs = nowMs();
      ranFromMs = undefined;
      for (const timer of timers) timer.cancel?.();
    },
    advance(ms) {
      heldMs += ms;
      const due = [...timers].filter((timer) => timer.dueMs <= heldMs);
      for (const timer of due) fire(timer);
    },
    run() {
      ranFromMs = systemClock.nowMs();
      for (const timer of timers) arm(timer);
    },
  };
}

import type { Clock } from "@latchkey/connections";

/** Labelled fake: time stands still until a test moves it. */
export type FakeClock = Clock & { advance: (ms: number) => void };

export function createFakeClock(startAt = Date.parse("2026-01-02T03:04:05.678Z")): FakeClock {
  const timers = new Set<{ atMs: number; callback: () => void }>();
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    timestamp: () => new Date(startAt + nowMs).toISOString(),
    setTimer(delayMs, callback) {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = [...timers].filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs)[0];
        if (!next) break;
        timers.delete(next);
        nowMs = next.atMs;
        next.callback();
      }
      nowMs = untilMs;
    },
  };
}

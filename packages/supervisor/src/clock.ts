/** Where the supervisor reads time and waits. A test passes one that it winds itself. */
export type Clock = {
  /** Monotonic, so that a corrected wall clock neither ends a wait nor prolongs it. **Units** milliseconds. */
  nowMs: () => number;
  /** The wall clock, for people. **Shape** ISO-8601 in UTC with milliseconds. */
  timestamp: () => string;
  /** Calls back once after the delay; the result cancels that. */
  setTimer: (delayMs: number, callback: () => void) => () => void;
};

/** The clock of the system. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  timestamp: () => new Date().toISOString(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

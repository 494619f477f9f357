/** How long the supervisor waits, and how often it tries. **Units** milliseconds, except for counts. */
export type Limits = {
  /** From the start until the server announces its port and says that it is ready. */
  readyMs: number;
  /** From ready until it says that it is healthy. */
  healthyMs: number;
  /** Between two questions while it starts. */
  startPollMs: number;
  /** Between two questions while it is healthy. */
  healthIntervalMs: number;
  /** How long one question may stay unanswered. */
  probeTimeoutMs: number;
  /** So many questions in a row without a good answer make a healthy server unhealthy. */
  maxMisses: number;
  /** From the request to end until the server process and what it started are killed. */
  graceMs: number;
  /**
   * The drain limit: from the switch to a successor, or from the moment at which its snapshot is no longer in force,
   * until a server process is killed. The last `graceMs` of it begin with the request to end.
   */
  drainMs: number;
  /** Changes that overtake a starting server: how long they must pause before the next start, and the longest wait. */
  quietMs: number;
  maxQuietMs: number;
  /** The wait before the second start; it doubles with each further one, up to the greatest. */
  backoffMs: number;
  maxBackoffMs: number;
  /**
   * After `count` starts the server process has failed. Staying healthy for `withinMs` earns a fresh count, as does
   * a change or a person's act, so nothing but those makes more than `count` starts within `withinMs`.
   */
  startLimit: { count: number; withinMs: number };
};

export const defaultLimits: Limits = {
  readyMs: 20_000,
  healthyMs: 10_000,
  startPollMs: 25,
  healthIntervalMs: 3_000,
  probeTimeoutMs: 2_000,
  maxMisses: 3,
  graceMs: 5_000,
  drainMs: 10_000,
  quietMs: 100,
  maxQuietMs: 2_000,
  backoffMs: 250,
  maxBackoffMs: 30_000,
  startLimit: { count: 5, withinMs: 10_000 },
};

/**
 * The wait before the next start, once `startCount` were made: doubling, between half and the whole of it, so that
 * several programs that failed together do not return together.
 *
 * @param random in [0, 1)
 */
export function backoffDelayMs(startCount: number, random: number, limits: Limits): number {
  const whole = Math.min(limits.maxBackoffMs, limits.backoffMs * 2 ** Math.max(0, startCount - 1));
  return Math.round(whole * (0.5 + random / 2));
}

/** Says whether one more is allowed. Time is passed in. **Units** `nowMs` in milliseconds, monotonic. */
export type Allowance = (nowMs: number, cost?: number) => boolean;

/** Allows `capacity` at once and `perSecond` in the long run. What is refused costs nothing. */
export function createAllowance(capacity: number, perSecond: number): Allowance {
  let left = capacity;
  let lastMs: number | undefined;
  return (nowMs, cost = 1) => {
    left = Math.min(capacity, left + ((nowMs - (lastMs ?? nowMs)) / 1_000) * perSecond);
    lastMs = nowMs;
    if (left < cost) return false;
    left -= cost;
    return true;
  };
}

/** Allows fewer than `limit` within any `windowMs`. What is counted stays counted. */
export function createWindowLimit(limit: number, windowMs: number): Allowance {
  let times: number[] = [];
  return (nowMs) => {
    times = [...times.filter((time) => nowMs - time < windowMs), nowMs];
    return times.length < limit;
  };
}

import type { RequesterId } from "@latchkey/api-contracts/ids";
import type { Clock } from "./ports.ts";

/** So much at once, and so much again over the time. **Units** milliseconds. */
export type Rate = Readonly<{ count: number; perMs: number }>;

/** Whether one more is allowed; `isFirstRefusal` marks the one that is worth a record. */
export type RateLimit = (requesterId: RequesterId) => { isAllowed: boolean; isFirstRefusal: boolean };

/** Counts by requester. Tools share one count: whoever may name a tool could name any number of them. */
export function createRateLimit(clock: Clock, rate: Rate): RateLimit {
  const buckets = new Map<string, { left: number; atMs: number; isRefusing: boolean }>();
  return (requesterId) => {
    const who = requesterId.startsWith("tool:") ? "tool" : requesterId;
    const nowMs = clock.nowMs();
    const bucket = buckets.get(who) ?? { left: rate.count, atMs: nowMs, isRefusing: false };
    buckets.set(who, bucket);
    bucket.left = Math.min(rate.count, bucket.left + ((nowMs - bucket.atMs) * rate.count) / rate.perMs);
    bucket.atMs = nowMs;
    const isAllowed = bucket.left >= 1;
    const isFirstRefusal = !isAllowed && !bucket.isRefusing;
    // Refusing ends with room for several, else a steady flood would be recorded at each drop of it.
    bucket.isRefusing = bucket.isRefusing ? bucket.left < rate.count / 2 : !isAllowed;
    if (isAllowed) bucket.left -= 1;
    return { isAllowed, isFirstRefusal };
  };
}

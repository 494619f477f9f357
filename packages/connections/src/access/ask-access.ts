import type { AccessRequest, AccessResponse } from "@latchkey/api-contracts/access";
import { namesOfAny, stepOf } from "./access-audit.ts";
import type { Case, Deciding } from "./decide-access.ts";
import { keyOf, type Pair } from "./pair.ts";
import type { Parts } from "./parts.ts";
import type { RateLimit } from "./rate-limit.ts";

export type Asking = Readonly<{
  /** `signal` ends the wait of this asker; what is asked for nobody any more is taken back. */
  requestAccess: (request: AccessRequest, signal?: AbortSignal) => Promise<AccessResponse>;
  /**
   * Takes back what is being asked for the pairs that the test names. A denial on its way to the disk stays one, or
   * ending would be a way round it, unless it is `overruled`: the person has decided anew, or the connection is gone.
   */
  cancel: (isMeant: (pair: Pair) => boolean, why: "ended" | "overruled") => void;
  /** Resolves when all that was asked has its answer. */
  settled: () => Promise<void>;
}>;

/** A case under way, and how many wait for its answer. */
type Running = { one: Case; cut: AbortController; askers: number; answer: Promise<AccessResponse> };

/** Takes requests for access; equal ones at the same time become one case. */
export function createAsking(options: { parts: Parts; deciding: Deciding; mayAsk: RateLimit }): Asking {
  const { parts, deciding, mayAsk } = options;
  const running = new Map<string, Running>();

  function begin(pair: Pair, reason: string): Running {
    const key = keyOf(pair);
    const cut = new AbortController();
    const one: Case = { pair, reason, signal: cut.signal, isOverruled: false };
    const answer = deciding.decide(one).finally(() => {
      if (running.get(key)?.cut === cut) running.delete(key);
    });
    const begun = { one, cut, askers: 0, answer };
    running.set(key, begun);
    return begun;
  }

  async function decide(
    pair: Pair,
    reason: string,
    signal: AbortSignal | undefined,
  ): Promise<AccessResponse> {
    const same = running.get(keyOf(pair));
    const joined = same && !same.cut.signal.aborted ? same : begin(pair, reason);
    joined.askers += 1;
    const leave = () => {
      joined.askers -= 1;
      if (joined.askers === 0) joined.cut.abort();
    };
    signal?.addEventListener("abort", leave, { once: true });
    if (signal?.aborted) leave();
    try {
      return await joined.answer;
    } finally {
      signal?.removeEventListener("abort", leave);
    }
  }

  return {
    async requestAccess({ requesterId, connectionId, reason }, signal) {
      const pair = { requesterId, connectionId };
      try {
        const { isAllowed, isFirstRefusal } = mayAsk(requesterId);
        if (!isAllowed) {
          return isFirstRefusal
            ? await deciding.deny(pair, "too-many-requests")
            : { granted: false, reason: "too-many-requests" };
        }
        const names = namesOfAny(connectionId, undefined);
        await parts.append({ ...stepOf(requesterId, "access.request", names), reasonText: reason });
        return await decide(pair, reason, signal);
      } catch (error) {
        parts.onTrouble(error);
        return { granted: false, reason: "not-recorded" };
      }
    },
    cancel(isMeant, why) {
      for (const { one, cut } of running.values()) {
        if (!isMeant(one.pair)) continue;
        one.isOverruled ||= why === "overruled";
        cut.abort();
      }
    },
    async settled() {
      await Promise.all([...running.values()].map(({ answer }) => answer.catch(() => undefined)));
    },
  };
}

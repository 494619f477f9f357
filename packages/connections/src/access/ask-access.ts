import type {
  AccessRequest,
  AccessResponse,
  ConsentReach,
  DenialReason,
} from "@latchkey/api-contracts/access";
import type { ConsentChange, ConsentChoice } from "@latchkey/api-contracts/consent";
import { namesOf, namesOfAny, stepOf } from "./access-audit.ts";
import { changesSince } from "./binding.ts";
import { toForeignText } from "./foreign-text.ts";
import type { Pair, Parts, Sides } from "./parts.ts";
import { makeQuestion } from "./question.ts";
import type { QuestionQueue } from "./question-queue.ts";
import type { RateLimit } from "./rate-limit.ts";

/** **Units** milliseconds. */
export type GrantLimits = Readonly<{
  /** How long a grant for one request waits for it. */
  onceMs: number;
  /** How long a ref lives where `always` was said; the next one is given without a question. */
  refMs: number;
}>;

export const defaultGrantLimits: GrantLimits = { onceMs: 5 * 60_000, refMs: 60 * 60_000 };

export type Asking = Readonly<{
  requestAccess: (request: AccessRequest) => Promise<AccessResponse>;
  /**
   * Takes back what is being asked for the pairs that the test names. A denial on its way to the disk stays one, or
   * ending would be a way round it, unless it is `overruled`: the person has decided anew, or the connection is gone.
   */
  cancel: (isMeant: (pair: Pair) => boolean, why: "ended" | "overruled") => void;
  /** Resolves when all that was asked has its answer. */
  settled: () => Promise<void>;
  /** The denials of this session count no longer. */
  forgive: (pair: Pair) => void;
}>;

/** So many denials of one requester for one connection in a session block it. */
const deniesUntilBlocked = 2;

/** One decision on its way, with the words that it is asked with. */
type Case = {
  pair: Pair;
  reason: string;
  signal: AbortSignal;
  isOverruled: boolean;
};

const keyOf = (pair: Pair) => `${pair.requesterId} ${pair.connectionId}`;

/** Decides whether a requester may use a connection, and asks the person where nothing is decided. */
export function createAsking(options: {
  parts: Parts;
  queue: QuestionQueue;
  mayAsk: RateLimit;
  limits: GrantLimits;
  answerMs: number;
}): Asking {
  const { parts, queue, mayAsk, limits, answerMs } = options;
  const { clock, decisions, refs } = parts;
  const running = new Map<string, { one: Case; cut: AbortController; answer: Promise<AccessResponse> }>();
  /** How often the person said no in this session. */
  const denials = new Map<string, number>();

  /** A denial is one also when it cannot be recorded. */
  async function deny(pair: Pair, reason: DenialReason, sides?: Sides): Promise<AccessResponse> {
    const names = namesOfAny(pair.connectionId, sides?.usable);
    const { requesterId } = pair;
    await parts.note({
      actor: "app",
      action: "access.deny",
      outcome: "refused",
      ...names,
      requesterId,
      reason,
    });
    return { granted: false, reason };
  }

  async function grant({ pair, signal }: Case, sides: Sides, reach: ConsentReach): Promise<AccessResponse> {
    const { requesterId } = pair;
    const { binding, usable } = sides;
    const names = namesOf(usable.target, binding.fields);
    await parts.append({
      actor: "app",
      action: "access.grant",
      outcome: "done",
      ...names,
      requesterId,
      reason: reach,
    });
    // From here to the ref nothing waits, so what was taken back meanwhile is seen.
    if (signal.aborted) return await deny(pair, "cancelled", sides);
    const livesMs = reach === "once" ? limits.onceMs : limits.refMs;
    const { secretRef, grant: given } = refs.issue({ ...pair, reach, binding }, livesMs);
    return { granted: true, secretRef, reach, fields: [...binding.fields], expiresAt: given.expiresAt };
  }

  /**
   * Records the person's answer and brings it into force, unless it was taken back meanwhile.
   *
   * @throws when it cannot be recorded or stored
   */
  async function record(one: Case, sides: Sides, choice: ConsentChoice): Promise<void> {
    const { pair, signal } = one;
    const count = (denials.get(keyOf(pair)) ?? 0) + 1;
    if (choice === "deny") denials.set(keyOf(pair), count);
    else denials.delete(keyOf(pair));
    const isBlocked = choice === "deny" && count >= deniesUntilBlocked;
    const said = choice === "deny" ? (isBlocked ? "blocked" : "denied") : choice;
    const { requesterId } = pair;
    const names = namesOf(sides.usable.target, sides.binding.fields);
    await parts.append({
      actor: "person",
      action: choice === "deny" ? "consent.deny" : "consent.grant",
      outcome: choice === "deny" ? "refused" : "done",
      ...names,
      requesterId,
      reason: said,
    });
    if (choice === "deny" ? one.isOverruled : signal.aborted) return;
    const former = decisions.find(pair);
    const decidedAt = clock.timestamp();
    const expiresAt = new Date(Date.parse(decidedAt) + limits.onceMs).toISOString();
    await decisions.put({
      ...pair,
      requesterName: toForeignText(sides.requester.name),
      decision: said,
      binding: sides.binding,
      decidedAt,
      ...(said === "once" && { expiresAt }),
      lastUsedAt: former?.lastUsedAt ?? null,
      useCount: former?.useCount ?? 0,
      ended: [],
    });
    parts.onChange();
  }

  async function askPerson(one: Case, sides: Sides, changes: ConsentChange[]): Promise<AccessResponse> {
    const { pair, reason, signal } = one;
    const make = () =>
      makeQuestion(sides, {
        reason,
        changes,
        denyBlocks: (denials.get(keyOf(pair)) ?? 0) + 1 >= deniesUntilBlocked,
        lastUsedAt: decisions.find(pair)?.lastUsedAt ?? null,
        askedAt: clock.timestamp(),
        answerMs,
      });
    const outcome = await queue.ask(pair.requesterId, make, signal);
    if (outcome === "no-answer" || outcome === "cancelled") return await deny(pair, outcome, sides);
    if (outcome === "too-many") return await deny(pair, "too-many-requests", sides);
    if (outcome === "deny") {
      // No is no, whether it can be written down or not.
      await record(one, sides, outcome).catch(parts.onTrouble);
      return { granted: false, reason: "denied" };
    }
    const now = await parts.sidesOf(pair);
    const isSame = now !== undefined && changesSince(sides.binding, now.binding).length === 0;
    if (!isSame) return await deny(pair, "unavailable", sides);
    if (signal.aborted) return await deny(pair, "cancelled", sides);
    await record(one, sides, outcome);
    return await grant(one, sides, outcome);
  }

  async function decide(one: Case): Promise<AccessResponse> {
    const { pair } = one;
    const sides = await parts.sidesOf(pair);
    if (!sides) return await deny(pair, "unavailable");
    const known = decisions.find(pair);
    if (known?.decision === "blocked") return await deny(pair, "blocked", sides);
    if (known?.decision !== "always") return await askPerson(one, sides, []);
    const changes = [...new Set([...known.ended, ...changesSince(known.binding, sides.binding)])];
    if (changes.length === 0) return await grant(one, sides, "always");
    await parts.expire(pair, changes);
    return await askPerson(one, sides, changes);
  }

  function decideOnce(pair: Pair, reason: string): Promise<AccessResponse> {
    const key = keyOf(pair);
    const same = running.get(key);
    if (same && !same.cut.signal.aborted) return same.answer;
    const cut = new AbortController();
    const one: Case = { pair, reason, signal: cut.signal, isOverruled: false };
    const answer = decide(one).finally(() => {
      if (running.get(key)?.cut === cut) running.delete(key);
    });
    running.set(key, { one, cut, answer });
    return answer;
  }

  return {
    async requestAccess({ requesterId, connectionId, reason }) {
      const pair = { requesterId, connectionId };
      try {
        const { isAllowed, isFirstRefusal } = mayAsk(requesterId);
        if (!isAllowed) {
          return isFirstRefusal
            ? await deny(pair, "too-many-requests")
            : { granted: false, reason: "too-many-requests" };
        }
        const names = namesOfAny(connectionId, undefined);
        await parts.append({ ...stepOf(requesterId, "access.request", names), reasonText: reason });
        return await decideOnce(pair, reason);
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
    forgive: (pair) => void denials.delete(keyOf(pair)),
  };
}

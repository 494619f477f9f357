import type { AccessResponse, ConsentReach, DenialReason } from "@latchkey/api-contracts/access";
import type { ConsentChange, ConsentChoice } from "@latchkey/api-contracts/consent";
import { namesOf, namesOfAny } from "./access-audit.ts";
import { changesSince } from "./binding.ts";
import { toForeignText } from "./foreign-text.ts";
import { keyOf, type Pair } from "./pair.ts";
import type { Parts, Sides } from "./parts.ts";
import { makeQuestion } from "./question.ts";
import type { QuestionQueue } from "./question-queue.ts";

/** **Units** milliseconds. */
export type GrantLimits = Readonly<{
  /** How long a grant for one request waits for it. */
  onceMs: number;
  /** How long a ref lives where `always` was said; the next one is given without a question. */
  refMs: number;
}>;

export const defaultGrantLimits: GrantLimits = { onceMs: 5 * 60_000, refMs: 60 * 60_000 };

/** One decision on its way, with the words that it is asked with. */
export type Case = Readonly<{ pair: Pair; reason: string; signal: AbortSignal }> & {
  /** A denial that is on its way counts no longer. */
  isOverruled: boolean;
};

export type Deciding = Readonly<{
  /** By the decision that is known, else by the person. @throws what cannot be recorded or stored */
  decide: (one: Case) => Promise<AccessResponse>;
  /** Denies without a look at anything. */
  deny: (pair: Pair, reason: DenialReason) => Promise<AccessResponse>;
  /** The denials of this session count no longer. */
  forgive: (pair: Pair) => void;
}>;

/** So many denials of one requester for one connection in a session block it. */
const deniesUntilBlocked = 2;

/** Decides whether a requester may use a connection, and asks the person where nothing is decided. */
export function createDeciding(options: {
  parts: Parts;
  queue: QuestionQueue;
  limits: GrantLimits;
  answerMs: number;
}): Deciding {
  const { parts, queue, limits, answerMs } = options;
  const { clock, decisions, refs } = parts;
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

  return { decide, deny, forgive: (pair) => void denials.delete(keyOf(pair)) };
}

import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { consent } from "@latchkey/api-contracts/consent";
import { namesOf, namesOfAny } from "./access-audit.ts";
import type { Asking } from "./ask-access.ts";
import type { Deciding } from "./decide-access.ts";
import { type Decision, recordOf } from "./decisions.ts";
import { toForeignText } from "./foreign-text.ts";
import { isPair, type Pair } from "./pair.ts";
import type { Parts } from "./parts.ts";

/** The list of decisions, and what the person changes in it. What takes access away never waits for the log. */
export function consentHandlers(options: {
  parts: Parts;
  deciding: Pick<Deciding, "forgive">;
  asking: Pick<Asking, "cancel">;
  waiting: () => number;
  showQuestion: () => void;
}): AreaHandlers<typeof consent> {
  const { parts, deciding, asking, waiting, showQuestion } = options;
  const { clock, decisions, refs } = parts;

  /** A grant that has ended, or a single one that was used, is history and stands in the activity log. */
  function isInForce(decision: Decision): boolean {
    if (decision.decision === "always") return decision.ended.length === 0;
    const isOfThisOne = isPair(decision);
    return decision.decision !== "once" || refs.has((grant) => grant.reach === "once" && isOfThisOne(grant));
  }
  function takeAway(pair: Pair): void {
    refs.end(isPair(pair));
    asking.cancel(isPair(pair), "overruled");
  }
  async function record(pair: Pair, action: AuditEntry["action"], reason: string): Promise<void> {
    const sides = await parts.sidesOf(pair);
    const names = sides
      ? namesOf(sides.usable.target, sides.binding.fields)
      : namesOfAny(pair.connectionId, undefined);
    const { requesterId } = pair;
    await parts.note({ actor: "person", action, outcome: "done", ...names, requesterId, reason });
  }
  function blockedDecision(pair: Pair): Decision {
    const known = decisions.find(pair) ?? {
      ...pair,
      requesterName: toForeignText(pair.requesterId),
      binding: { access: "uses", fields: [], scope: "user" },
      lastUsedAt: null,
      useCount: 0,
    };
    const { expiresAt: _, ...rest } = { expiresAt: undefined, ...known };
    return { ...rest, decision: "blocked", decidedAt: clock.timestamp(), ended: [] };
  }

  return {
    list: () => ({
      consents: decisions
        .list()
        .filter(isInForce)
        .map(recordOf)
        .toSorted((one, other) => (one.decidedAt < other.decidedAt ? 1 : -1)),
      waiting: waiting(),
      isDamaged: decisions.isDamaged,
    }),
    async revoke(pair) {
      const isMeant = isPair(pair);
      // A denial is no grant, and stays.
      const storing = decisions.remove(
        (one) => isMeant(one) && (one.decision === "once" || one.decision === "always"),
      );
      takeAway(pair);
      await Promise.all([storing, record(pair, "consent.revoke", "revoked")]);
      parts.onChange();
      return {};
    },
    async block(pair) {
      const storing = decisions.put(blockedDecision(pair));
      takeAway(pair);
      await Promise.all([storing, record(pair, "consent.deny", "blocked")]);
      parts.onChange();
      return {};
    },
    async unblock(pair) {
      const isMeant = isPair(pair);
      deciding.forgive(pair);
      await record(pair, "consent.revoke", "unblocked");
      await decisions.remove(
        (one) => isMeant(one) && (one.decision === "denied" || one.decision === "blocked"),
      );
      parts.onChange();
      return {};
    },
    showQuestion() {
      showQuestion();
      return {};
    },
  };
}

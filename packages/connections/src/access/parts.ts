import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ConsentChange } from "@latchkey/api-contracts/consent";
import { namesOfAny } from "./access-audit.ts";
import { type Binding, bindingOf, type Usable, usableOf } from "./binding.ts";
import type { Decisions } from "./decisions.ts";
import { isPair, type Pair } from "./pair.ts";
import type { AppendAudit, Clock, ConnectionLookup, Requester, RequesterLookup } from "./ports.ts";
import type { Refs } from "./refs.ts";

/** Both sides of an access as they are now, and what a consent would be bound to. */
export type Sides = Readonly<{ requester: Requester; usable: Usable; binding: Binding }>;

/** What asking, the broker and the list of decisions have in common. */
export type Parts = Readonly<{
  clock: Clock;
  refs: Refs;
  decisions: Decisions;
  append: AppendAudit;
  /** As `append`, for a step that gives nothing away: that it cannot be written is told and holds nothing up. */
  note: (entry: AuditEntry) => Promise<void>;
  /** `undefined` when there is no such requester now, or no such connection that the broker can use. */
  sidesOf: (pair: Pair) => Promise<Sides | undefined>;
  /** Ends what was granted for something else than what is asked now. */
  expire: (pair: Pair, changes: readonly ConsentChange[]) => Promise<void>;
  onTrouble: (error: unknown) => void;
  onChange: () => void;
}>;

export function createParts(options: {
  clock: Clock;
  refs: Refs;
  decisions: Decisions;
  append: AppendAudit;
  connections: ConnectionLookup;
  requesters: RequesterLookup;
  onTrouble: (error: unknown) => void;
  onChange: () => void;
}): Parts {
  const { refs, decisions, append, connections, requesters, onTrouble, onChange } = options;

  const note = (entry: AuditEntry) => append(entry).catch(onTrouble);

  async function sidesOf(pair: Pair): Promise<Sides | undefined> {
    try {
      const [requester, target] = await Promise.all([
        requesters.find(pair.requesterId),
        connections.find(pair.connectionId),
      ]);
      const usable = usableOf(target);
      return requester && usable && { requester, usable, binding: bindingOf(requester, usable) };
    } catch (error) {
      onTrouble(error);
      return undefined;
    }
  }
  async function expire(pair: Pair, changes: readonly ConsentChange[]): Promise<void> {
    refs.end(isPair(pair));
    const decision = decisions.find(pair);
    if (decision?.decision !== "always" || decision.ended.length > 0) return;
    const storing = decisions.put({ ...decision, ended: [...changes] }).catch(onTrouble);
    const names = namesOfAny(pair.connectionId, undefined);
    const reason = `${changes[0] ?? "content"}-changed`;
    const { requesterId } = pair;
    await note({ actor: "app", action: "consent.expire", outcome: "done", ...names, requesterId, reason });
    await storing;
    onChange();
  }
  return { ...options, note, sidesOf, expire };
}

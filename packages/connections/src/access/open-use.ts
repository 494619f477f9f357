import type { BrokerFailure } from "@latchkey/api-contracts/access";
import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { RequesterId } from "@latchkey/api-contracts/ids";
import { namesOf, stepOf } from "./access-audit.ts";
import { changesSince, type Usable } from "./binding.ts";
import type { Parts } from "./parts.ts";
import type { Grant } from "./refs.ts";

/** A use that was recorded and may now happen. */
export type OpenedUse = Readonly<{ grant: Grant; usable: Usable; entry: AuditEntry }>;

/** Whether the grant covers what is to be done: what else the record says of it, or why not. */
export type UseCheck = (
  usable: Usable,
  grant: Grant,
) => { refused: BrokerFailure } | { entry: Partial<AuditEntry> };

/**
 * Takes one use of a ref and records it before anything is released. Whether there is such a ref, whose it is and why
 * it is not in force are one answer. Whoever gets a use settles its ref afterwards, and nobody else does.
 */
export async function openUse(
  parts: Parts,
  by: { requesterId: RequesterId; secretRef: string },
  action: "broker.fetch" | "broker.use",
  check: UseCheck,
): Promise<OpenedUse | BrokerFailure> {
  const { refs, decisions, clock } = parts;
  const { requesterId, secretRef } = by;

  async function refuse(entry: AuditEntry, reason: BrokerFailure): Promise<BrokerFailure> {
    await parts.note({ ...entry, outcome: "refused", reason });
    return reason;
  }

  const unnamed = stepOf(requesterId, action, { keys: [] });
  const grant = refs.find(requesterId, secretRef);
  if (!grant) return await refuse(unnamed, "no-access");
  const sides = await parts.sidesOf(grant);
  const changes = sides && changesSince(grant.binding, sides.binding);
  if (changes && changes.length > 0) await parts.expire(grant, changes);
  if (!sides || changes?.length !== 0) return await refuse(unnamed, "no-access");
  const { usable } = sides;
  const named = stepOf(requesterId, action, namesOf(usable.target, grant.binding.fields));
  const checked = check(usable, grant);
  if ("refused" in checked) return await refuse(named, checked.refused);
  // Of two that hold the same ref for one use, one gets here first.
  if (!refs.spend(secretRef)) return await refuse(named, "no-access");
  const entry = { ...named, ...checked.entry };
  try {
    await parts.append(entry);
  } catch (error) {
    parts.onTrouble(error);
    refs.settle(secretRef);
    return "not-recorded";
  }
  // Taken away while it was written down.
  if (grant.ended.aborted) return "no-access";
  decisions.noteUse(grant, clock.timestamp());
  parts.onChange();
  return { grant, usable, entry };
}

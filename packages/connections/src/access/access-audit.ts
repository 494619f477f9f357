import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ConnectionId, RequesterId } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import type { Usable } from "./binding.ts";
import type { ConnectionTarget } from "./ports.ts";

type Names = Omit<AuditEntry, "actor" | "action" | "outcome">;

/** What an entry says of a connection: its names and the keys of its secrets. */
export function namesOf(target: ConnectionTarget, fields?: readonly FieldName[]): Names {
  const used = target.secretFields.filter(({ name }) => !fields || fields.includes(name));
  return {
    keys: used.flatMap(({ key }) => key ?? []),
    connectionId: target.connectionId,
    connectionName: target.displayName,
    providerId: target.providerId,
    scope: target.scope,
  };
}

/** As `namesOf`, of a connection that may not be there any more. */
export function namesOfAny(connectionId: ConnectionId, usable: Usable | undefined): Names {
  return usable ? namesOf(usable.target, usable.credential.fields) : { keys: [], connectionId };
}

/** A step of a requester. */
export function stepOf(
  requesterId: RequesterId,
  action: "access.request" | "broker.fetch" | "broker.use",
  names: Names,
): AuditEntry {
  return { actor: requesterId, action, outcome: "done", ...names };
}

import type { AuditAction, AuditActor, AuditEntry } from "@latchkey/api-contracts/audit";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { Index, IndexEdit, IndexRecord } from "../index-document.ts";
import type { ChangeMode } from "./plan-change.ts";

/** What the log says of a change: one entry for each kind of edit and place. */
export function describeEdits(
  index: Index,
  edits: Iterable<readonly [SecretKey, IndexEdit]>,
  { mode, actor }: { mode: ChangeMode; actor: AuditActor },
): AuditEntry[] {
  const entries = new Map<string, AuditEntry & { keys: SecretKey[] }>();
  for (const [key, edit] of edits) {
    const record = edit.op === "set" ? edit.record : index.secrets.get(key);
    if (!record) continue;
    const action: AuditAction = mode === "staged" ? "secret.stage" : `secret.${edit.op}`;
    const place = placeOf(record, edit.op);
    const kind = [action, ...Object.values(place)].join(" ");
    const entry = entries.get(kind) ?? { actor, action, outcome: "done", keys: [], ...place };
    entry.keys.push(key);
    entries.set(kind, entry);
  }
  return [...entries.values()];
}

function placeOf({ storageBackend, protection, storageReason }: IndexRecord, op: "set" | "remove") {
  return op === "set" ? { storageBackend, protection, storageReason } : { storageBackend, protection };
}

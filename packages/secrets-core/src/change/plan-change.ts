import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { SecretChange, StorageReason } from "@latchkey/api-contracts/secrets";
import { newVersion } from "../entry-version.ts";
import {
  applyIntent,
  type Index,
  type IndexEdit,
  type IndexEdits,
  type IndexRecord,
  type Intent,
  pendingEditsOf,
  withPending,
} from "../index-document.ts";
import { isAtLeast } from "../protection-rank.ts";
import type { Records } from "../records.ts";
import type { SecretBackend } from "../secret-backend.ts";
import type { StoreContext } from "../store-context.ts";
import { findEqual, requireReachable } from "./current-values.ts";
import type { CheckedEdit } from "./edit.ts";

type SetEdit = Extract<CheckedEdit, { op: "set" }>;

/** Whether a change comes into force at once, or waits as part of the pending one. */
export type ChangeMode = Intent["mode"];

/** What one edit does to the secret it sets. */
export type SetOutcome = Readonly<{ change: SecretChange; record: IndexRecord }>;

type PlannedWrite = Readonly<{ key: SecretKey; record: IndexRecord; value: string }>;

/** What a change will do, found out before anything is written. */
export type ChangePlan = Readonly<{
  edits: IndexEdits;
  intent: Intent;
  /** The values to write. */
  writes: readonly PlannedWrite[];
  /** Where all of them go; `undefined` without any. */
  backend: SecretBackend | undefined;
  /** Whether the versions of all writes are reserved, so that a crash leaves nothing unknown. */
  isReserved: boolean;
  outcomes: ReadonlyMap<SecretKey, SetOutcome>;
  /** Whether anything changes at all. */
  isEmpty: boolean;
}>;

/**
 * Compares edits with what is stored. An edit that asks for what is in force already takes back what was staged for
 * its key; so does the removal of a secret that is only staged.
 *
 * @throws `secrets.collision`, `secrets.absent`, `secrets.weak-protection`, `secrets.locked`, `secrets.unavailable`
 */
export async function planChange(
  context: StoreContext,
  index: Index,
  checked: readonly CheckedEdit[],
  mode: ChangeMode,
): Promise<ChangePlan> {
  const sets = checked.filter((edit) => edit.op === "set");
  const removes = checked.filter((edit) => edit.op === "remove");
  const notedAt = context.now().toISOString();
  const planned = await planSets(context, index, sets, { mode, notedAt });
  const removed = planRemoves(
    index,
    removes.map(({ key }) => key),
  );
  const abandoned = new Set(removes.flatMap(({ key, abandon }) => (abandon ? [key] : [])));
  await requireReachable(
    context.storage,
    [...removed.edits.keys()].flatMap((key) => {
      const record = index.secrets.get(key);
      return record && !abandoned.has(key) ? [[key, record] as const] : [];
    }),
  );

  const edits = new Map([...planned.edits, ...removed.edits]);
  const takenBack = [...planned.takenBack, ...removed.takenBack].filter((key) => index.pending?.edits[key]);
  const intent: Intent = { mode, notedAt, edits: Object.fromEntries(edits), takenBack };
  const isEmpty = edits.size === 0 && takenBack.length === 0;
  refuseCollisions(sets, applyIntent({ ...index, intent }));
  const { writes, backend, outcomes } = planned;
  const isReserved = writes.every(({ record }) => index.reserved?.includes(record.version));
  return { edits, intent, writes, backend, isReserved, outcomes, isEmpty };
}

async function planSets(
  context: StoreContext,
  index: Index,
  sets: readonly SetEdit[],
  { mode, notedAt }: { mode: ChangeMode; notedAt: string },
) {
  const edits = new Map<SecretKey, IndexEdit>();
  const outcomes = new Map<SecretKey, SetOutcome>();
  const writes: PlannedWrite[] = [];
  if (sets.length === 0) return { edits, outcomes, writes, backend: undefined, takenBack: [] };

  const { storage } = context;
  refuseWeak(storage.requireWritable(), sets);
  const pending = pendingEditsOf(index);
  const inForce = await findEqual(storage, sets, (key) => index.secrets.get(key));
  const staged = await findEqual(storage, mode === "staged" ? sets : [], (key) => {
    const edit = pending.get(key);
    return edit?.op === "set" ? edit.record : undefined;
  });
  // The reads may have found that the storage is gone.
  const backend = storage.requireWritable();
  const reserved = (backend.byVersion && index.reserved) ?? [];
  for (const edit of sets) {
    const { key, value } = edit;
    const equal = inForce.get(key) ?? staged.get(key);
    if (equal) {
      outcomes.set(key, { change: "unchanged", record: equal });
      continue;
    }
    const former = index.secrets.get(key);
    const version = reserved[writes.length] ?? newVersion();
    const record = newRecord(edit, former, { version, backend, reason: storage.status().reason, notedAt });
    edits.set(key, { op: "set", record });
    writes.push({ key, record, value });
    outcomes.set(key, { change: former ? "replaced" : "created", record });
  }
  return { edits, outcomes, writes, backend, takenBack: [...inForce.keys()] };
}

/** @throws `secrets.weak-protection` */
function refuseWeak({ name: storageBackend, protection }: SecretBackend, sets: readonly SetEdit[]): void {
  const refused = sets.find(({ minimumProtection }) => !isAtLeast(protection, minimumProtection));
  if (!refused) return;
  const { key, minimumProtection } = refused;
  throw new AppError("secrets.weak-protection", { key, protection: minimumProtection, storageBackend });
}

function planRemoves(index: Index, keys: readonly SecretKey[]) {
  const edits = new Map<SecretKey, IndexEdit>();
  const takenBack: SecretKey[] = [];
  for (const key of keys) {
    if (index.secrets.get(key)) edits.set(key, { op: "remove" });
    else if (index.pending?.edits[key]) takenBack.push(key);
    else throw new AppError("secrets.absent", { key });
  }
  return { edits, takenBack };
}

function newRecord(
  { envName, aliases, source }: SetEdit,
  former: IndexRecord | undefined,
  {
    version,
    backend,
    reason,
    notedAt,
  }: { version: string; backend: SecretBackend; reason: StorageReason; notedAt: string },
): IndexRecord {
  const further = aliases ?? former?.aliases ?? [];
  return {
    envName,
    storageBackend: backend.name,
    protection: backend.protection,
    storageReason: reason,
    version,
    source,
    createdAt: former?.createdAt ?? notedAt,
    updatedAt: notedAt,
    ...(further.length > 0 && { aliases: [...further] }),
  };
}

/** No two secrets may meet in one variable: not in force, and not once the pending change is. */
function refuseCollisions(sets: readonly SetEdit[], after: Index): void {
  const inForce = sets.filter(({ key, envName }) => after.secrets.get(key)?.envName === envName);
  refuseShared(inForce, after.secrets);
  refuseShared(sets, withPending(after).secrets);
}

/** @throws `secrets.collision` */
function refuseShared(sets: readonly SetEdit[], records: Records): void {
  for (const { key, envName, aliases = [] } of sets) {
    for (const name of [envName, ...aliases]) {
      const otherKey = records.otherWith(name, key);
      if (otherKey !== undefined) throw new AppError("secrets.collision", { key, otherKey, envName: name });
    }
  }
}

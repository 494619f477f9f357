import type { AuditActor } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { EntryPlace } from "../entry-place.ts";
import type { LockHold } from "../files/store-lock.ts";
import {
  abandonIntent,
  applyIntent,
  type Index,
  noteIntent,
  notePlaces,
  refOf,
  reserveVersions,
} from "../index-document.ts";
import { isSameIndex } from "../index-text.ts";
import type { SecretBackend } from "../secret-backend.ts";
import { auditSteps } from "../store-audit.ts";
import type { StoreContext } from "../store-context.ts";
import { describeEdits } from "./audit-change.ts";
import type { CheckedEdit } from "./edit.ts";
import { type ChangeMode, type ChangePlan, planChange, type SetOutcome } from "./plan-change.ts";
import { recoverIntent } from "./recover-changes.ts";
import { sweepAfter } from "./sweep.ts";

export type ChangeRequest = Readonly<{ edits: readonly CheckedEdit[]; mode: ChangeMode; actor: AuditActor }>;

/**
 * Makes a change as one: the entries to come are noted in the index, unless it has their versions reserved; the values
 * are written under new versions and read back, the step audited, and one write of the index brings all of it into
 * force, or into the pending change. The former entries go after that. A failure or crash before that write leaves
 * everything as it was.
 *
 * Runs under the store's lock.
 *
 * @throws as `planChange`, and `secrets.not-written`, `audit.failed`, `files.failed`
 */
export async function runChange(
  context: StoreContext,
  { edits, mode, actor }: ChangeRequest,
  hold: LockHold,
): Promise<ReadonlyMap<SecretKey, SetOutcome>> {
  const index = await recoverIntent(context, hold);
  const plan = await planChange(context, index, edits, mode);
  if (plan.isEmpty) return plan.outcomes;
  const noted = noteIntent(index, plan.intent);
  hold.assertHeld();
  if (!plan.isReserved) await context.index.write(noted);
  let written = noted;
  try {
    // Under a reserved version a later holder may have put a value of its own.
    hold.assertHeld();
    written = notePlaces(noted, await writeVerified(context, plan));
    await auditSteps(context.onAudit, describeEdits(index, plan.edits, { mode, actor }));
  } catch (error) {
    await undo(context, noted, hold);
    throw error;
  }
  const after = applyIntent(written);
  const isReserving = plan.writes.length > 0 && plan.backend?.byVersion !== undefined;
  await bringIntoForce(context, noted, isReserving ? reserveVersions(after) : after, hold);
  return plan.outcomes;
}

/** Replaces the index by one in which a change is in force, and removes what left it. @throws `secrets.busy`, `files.failed` */
export async function bringIntoForce(
  context: StoreContext,
  before: Index,
  after: Index,
  hold: LockHold,
): Promise<void> {
  try {
    hold.assertHeld();
    await writeIndex(context, after);
  } catch (error) {
    await undo(context, before, hold);
    throw error;
  }
  await sweepAfter(context, after);
}

/** A write that failed may have happened: when the file has it, it is written once more, to be sure of the disk. */
async function writeIndex({ index }: StoreContext, document: Index): Promise<void> {
  try {
    await index.write(document);
  } catch (error) {
    const onDisk = await index.read().catch(() => undefined);
    if (!onDisk || !isSameIndex(onDisk, document)) throw error;
    await index.write(document);
  }
}

/** Writes the values and reads them back. @returns where they lie */
async function writeVerified(
  { storage }: StoreContext,
  { writes, backend }: ChangePlan,
): Promise<ReadonlyMap<SecretKey, EntryPlace>> {
  if (!backend || writes.length === 0) return new Map();
  let places: ReadonlyMap<SecretKey, EntryPlace>;
  try {
    places = await writeAll(backend, writes);
  } catch (error) {
    storage.noteFailure(backend, error);
    throw error;
  }
  const readings = await storage.read(
    writes.map(({ key, record }) => [key, { ...record, place: places.get(key) }] as const),
  );
  for (const [i, { key, value }] of writes.entries()) {
    const reading = readings[i];
    if (reading?.state === "unreadable") throw reading.error;
    if (reading?.state !== "present" || reading.value !== value) {
      throw new AppError("secrets.not-written", { key });
    }
  }
  return places;
}

async function writeAll(
  backend: SecretBackend,
  writes: ChangePlan["writes"],
): Promise<ReadonlyMap<SecretKey, EntryPlace>> {
  const places = new Map<SecretKey, EntryPlace>();
  const entries = writes.map(({ key, record, value }) => ({ entry: refOf(key, record), value }));
  if (backend.writeAll) await backend.writeAll(entries);
  else {
    for (const { entry, value } of entries) {
      const place = await backend.write(entry, value);
      if (place) places.set(entry.key, place);
    }
  }
  return places;
}

/** Takes a change back. What cannot be done now is done at the next start. */
async function undo(context: StoreContext, before: Index, hold: LockHold): Promise<void> {
  const abandoned = abandonIntent(before);
  try {
    // Without the lock the index is no longer the one before this change.
    hold.assertHeld();
    await context.index.write(abandoned);
  } catch {
    // The file may name the new entries as in force, so nothing is removed on a guess.
    return;
  }
  await sweepAfter(context, abandoned);
}

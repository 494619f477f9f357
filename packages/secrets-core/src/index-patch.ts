import { SecretKey } from "@latchkey/api-contracts/ids";
import * as z from "zod";
import {
  type Index,
  IndexRecord,
  Intent,
  keyed,
  Leftover,
  PendingRecord,
  ReservedVersions,
} from "./index-document.ts";
import { Records } from "./records.ts";

/** What a change does to the index: the new records by key, `null` for one that goes, and whatever else is new. */
export const IndexPatch = z.strictObject({
  secrets: z.record(SecretKey, IndexRecord.nullable()).optional(),
  pending: PendingRecord.nullable().optional(),
  intent: Intent.nullable().optional(),
  leftovers: z.array(Leftover).optional(),
  reserved: ReservedVersions.optional(),
});
export type IndexPatch = z.infer<typeof IndexPatch>;

/** The patch that makes one index of another; `undefined` when they are the same. Parts are compared by identity. */
export function patchBetween(before: Index, after: Index): IndexPatch | undefined {
  const patch: IndexPatch = {};
  const secrets = changedRecords(before.secrets, after.secrets);
  if (secrets) patch.secrets = secrets;
  if (before.pending !== after.pending) patch.pending = after.pending ?? null;
  if (before.intent !== after.intent) patch.intent = after.intent ?? null;
  const bothEmpty = before.leftovers.length === 0 && after.leftovers.length === 0;
  if (before.leftovers !== after.leftovers && !bothEmpty) patch.leftovers = after.leftovers;
  if (before.reserved !== after.reserved) patch.reserved = after.reserved ?? [];
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function changedRecords(before: Records, after: Records): IndexPatch["secrets"] {
  if (before === after) return undefined;
  const changed = before.changesTo(after);
  return changed.length === 0
    ? undefined
    : Object.fromEntries(changed.map(([key, record]) => [key, record ?? null]));
}

/** The index after the patches, one after the other. */
export function applyPatches(index: Index, patches: readonly IndexPatch[]): Index {
  const secrets = new Map(index.secrets);
  let { pending, intent, leftovers, reserved } = index;
  for (const patch of patches) {
    for (const [key, record] of keyed(patch.secrets)) {
      if (record) secrets.set(key, record);
      else secrets.delete(key);
    }
    if (patch.pending !== undefined) pending = patch.pending ?? undefined;
    if (patch.intent !== undefined) intent = patch.intent ?? undefined;
    leftovers = patch.leftovers ?? leftovers;
    reserved = patch.reserved ?? reserved;
  }
  return {
    secrets: Records.from(secrets),
    leftovers,
    ...(pending && { pending }),
    ...(intent && { intent }),
    ...(reserved && { reserved }),
  };
}

import type { AuditActor } from "@latchkey/api-contracts/audit";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { StorageBackendName } from "@latchkey/api-contracts/secrets";
import { bringIntoForce } from "../change/run-change.ts";
import type { LockHold } from "../files/store-lock.ts";
import type { Index } from "../index-document.ts";
import type { FoundEntry } from "../listing.ts";
import { auditStep } from "../store-audit.ts";
import type { StoreContext } from "../store-context.ts";
import { type LeftEntry, rebuildIndex } from "./rebuild-index.ts";

/** What lies under the store's name and is not in its index: of another folder, or of an index that was lost. */
export type Strangers = Readonly<{
  entries: readonly FoundEntry[];
  /** How many things lie there that do not even have the form of an entry. */
  others: number;
  /** Storage backends that could not be listed: what lies there is not known. */
  unlisted: readonly StorageBackendName[];
}>;

/** Lists the storage backends and leaves out what the index knows. Changes nothing. */
export async function findStrangers({ index, storage }: StoreContext): Promise<Strangers> {
  const before = versionsOf(await index.read());
  const listings = await Promise.all(
    storage.backends.map(async (backend) => ({
      backend,
      listing: await backend.list().catch(() => undefined),
    })),
  );
  // Another process may have begun or ended a change meanwhile.
  const known = new Set([...before, ...versionsOf(await index.read())]);
  const entries = listings.flatMap(({ listing }) => listing?.entries ?? []);
  return {
    entries: entries
      .filter(({ version }) => !known.has(version))
      .toSorted((a, b) => (a.key + a.version < b.key + b.version ? -1 : 1)),
    others: listings.reduce((sum, { listing }) => sum + (listing?.others ?? 0), 0),
    unlisted: listings.flatMap(({ backend, listing }) => (listing ? [] : [backend.name])),
  };
}

/** Every version that the index names: in force, pending, of a change under way, or left over. */
function versionsOf({ secrets, pending, intent, leftovers }: Index): string[] {
  const edits = [...Object.values(pending?.edits ?? {}), ...Object.values(intent?.edits ?? {})];
  return [
    ...[...secrets].map(([, { version }]) => version),
    ...edits.flatMap((edit) => (edit.op === "set" ? [edit.record.version] : [])),
    ...leftovers.map(({ version }) => version),
  ];
}

/** Which strangers became secrets of the store, and which stayed as they were and why. */
export type Adoption = Readonly<{ adopted: readonly SecretKey[]; left: readonly LeftEntry[] }>;

/**
 * Takes strangers into the index where they lie. A key that the index has already, or of which several versions lie
 * there, is left, and so is one whose value cannot be read.
 *
 * Runs under the store's lock.
 *
 * @throws `audit.failed`, `files.failed`; nothing is taken in
 */
export async function adoptStrangers(
  context: StoreContext,
  { actor, envNames }: { actor: AuditActor; envNames: Readonly<Record<string, string>> },
  hold: LockHold,
): Promise<Adoption> {
  const { appId, now, storage } = context;
  const { entries } = await findStrangers(context);
  const base = await context.index.read();
  const rebuild = (found: readonly FoundEntry[]) =>
    rebuildIndex({ base, found, appId, envNames, now: now() });
  const wanted = rebuild(entries);
  const records = wanted.recovered.flatMap((key) => {
    const record = wanted.index.secrets.get(key);
    return record ? [[key, record] as const] : [];
  });
  const readings = await storage.read(records);
  const unreadable = records.flatMap(([key], i): LeftEntry[] => {
    const reading = readings[i];
    if (reading?.state === "present") return [];
    return [{ key, code: reading?.state === "unreadable" ? reading.error.code : "secrets.absent" }];
  });
  const refused = new Set(unreadable.map(({ key }) => key));
  const { index, recovered, left } = rebuild(entries.filter(({ key }) => !refused.has(key)));
  if (recovered.length > 0) {
    const step = { actor, action: "secret.set", outcome: "done", reason: "recovered" } as const;
    await auditStep(context.onAudit, { ...step, keys: recovered });
    await bringIntoForce(context, base, index, hold);
  }
  return { adopted: recovered, left: [...left, ...unreadable] };
}

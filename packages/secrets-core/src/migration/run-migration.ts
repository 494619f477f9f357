import { AppError, type ErrorCode } from "@latchkey/api-contracts/errors";
import type { Reading } from "../secret-backend.ts";
import type { SecretStore } from "../secret-store.ts";
import type { MigrationSource } from "./migration-source.ts";
import type { PlannedItem } from "./plan-migration.ts";

/**
 * What became of one item: `copied` and `replaced` were read back and compared, `same` was there already, `kept` has
 * another value in the store, which stays.
 */
export type MigratedItem = Readonly<
  { name: string; key: string } & (
    | { outcome: "copied" | "replaced" | "same" | "kept" }
    | { outcome: "refused" | "failed"; code: ErrorCode }
  )
>;

export type MigrationOptions = {
  /** Default `keep`: what to do with a key that has another value in the store. */
  onConflict?: "keep" | "replace";
};

/**
 * Copies what a plan says and compares each copy, byte for byte, with its source, which stays as it is. A migration
 * that broke off is run again: what was copied before is found to be the same.
 */
export async function runMigration(
  store: Pick<SecretStore, "get" | "set">,
  source: MigrationSource,
  plan: readonly PlannedItem[],
  { onConflict = "keep" }: MigrationOptions = {},
): Promise<MigratedItem[]> {
  const readings = await source.read(plan);
  const done: MigratedItem[] = [];
  // One after the other: the order tells a person how far it came.
  for (const [i, item] of plan.entries()) {
    const { name, key } = item;
    try {
      if (item.action === "refuse") done.push({ name, key, outcome: "refused", code: item.code });
      else
        done.push({ name, key, outcome: await migrate(store, item, valueOf(item, readings[i]), onConflict) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      done.push({ name, key, outcome: isRefusal(error) ? "refused" : "failed", code: error.code });
    }
  }
  return done;
}

async function migrate(
  store: Pick<SecretStore, "get" | "set">,
  { key, envName }: PlannedItem,
  value: string,
  onConflict: "keep" | "replace",
): Promise<"copied" | "replaced" | "same" | "kept"> {
  const before = await store.get(key);
  if (before !== undefined && isSameText(before, value)) return "same";
  if (before !== undefined && onConflict === "keep") return "kept";
  await store.set(key, value, { source: "imported", ...(envName === undefined ? {} : { envName }) });
  const after = await store.get(key);
  if (after === undefined || !isSameText(after, value)) throw new AppError("secrets.not-written", { key });
  return before === undefined ? "copied" : "replaced";
}

export type FinishedItem = Readonly<
  { name: string; key: string } & ({ isFinished: true } | { isFinished: false; code: ErrorCode })
>;

/**
 * Takes out of the old place what the store has, byte for byte, at this moment. Everything else stays there, with the
 * reason.
 *
 * @throws AppError when the source refused; nothing is lost then
 */
export async function finishMigration(
  store: Pick<SecretStore, "get">,
  source: MigrationSource,
  plan: readonly PlannedItem[],
): Promise<FinishedItem[]> {
  const readings = await source.read(plan);
  const items = await Promise.all(
    plan.map(async (item, i): Promise<FinishedItem> => {
      const { name, key } = item;
      try {
        const value = valueOf(item, readings[i]);
        if (item.action === "refuse") throw new AppError(item.code, { key });
        const stored = await store.get(key);
        if (stored === undefined) throw new AppError("migration.not-finished", { key, reason: "absent" });
        if (!isSameText(stored, value))
          throw new AppError("migration.not-finished", { key, reason: "differs" });
        return { name, key, isFinished: true };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { name, key, isFinished: false, code: error.code };
      }
    }),
  );
  const ready = plan.filter((_, i) => items[i]?.isFinished);
  if (ready.length > 0) await source.finish(ready);
  return items;
}

function valueOf({ key }: PlannedItem, reading: Reading | undefined): string {
  if (reading?.state === "present") return reading.value;
  if (reading?.state === "unreadable") throw reading.error;
  throw new AppError("migration.unreadable", { key, reason: "absent" });
}

/** Strings of equal units have equal bytes; lone surrogates, which have none, never get into a store. */
function isSameText(a: string, b: string): boolean {
  return Buffer.from(a).equals(Buffer.from(b)) && a === b;
}

function isRefusal({ code }: AppError): boolean {
  return ["secrets.invalid-key", "secrets.invalid-value", "secrets.too-large", "secrets.reserved-name"]
    .concat("secrets.collision")
    .includes(code);
}

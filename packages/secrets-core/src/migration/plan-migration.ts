import { AppError, type ErrorCode } from "@latchkey/api-contracts/errors";
import { type EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { refuseCollision } from "../env/env-collision.ts";
import { mapToEnvName } from "../env/env-mapping.ts";
import type { SecretStore } from "../secret-store.ts";
import type { MigrationSource, SourceItem } from "./migration-source.ts";

/**
 * What will be done with one item: `copy` it, `compare` it with the value that its key has already, or `refuse` it for
 * the reason that `code` gives.
 */
export type PlannedItem = SourceItem &
  Readonly<{ action: "copy" | "compare" } | { action: "refuse"; code: ErrorCode }>;

export type PlanOptions = {
  /** The host app's id, as the store was opened with it. */
  appId: string;
  /** Gives an item another key, or leaves it out with `undefined`. */
  choose?: (item: SourceItem) => SourceItem | undefined;
};

/**
 * What a migration would do, by names alone: no value is read.
 *
 * @throws AppError when the source cannot be reached
 */
export async function planMigration(
  store: Pick<SecretStore, "list">,
  source: MigrationSource,
  { appId, choose = (item) => item }: PlanOptions,
): Promise<PlannedItem[]> {
  const stored = (await store.list()).map(({ key, envName }) => [key, { envName }] as const);
  const planned: [SecretKey, { envName: EnvName }][] = [];
  const chosen = (await source.list()).flatMap((item) => choose(item) ?? []);
  return chosen.map((item): PlannedItem => {
    try {
      const envName = mapToEnvName(item.key, { appId, envName: item.envName });
      const key = SecretKey.parse(item.key);
      const twin = planned.find(([other]) => other === key);
      if (twin) throw new AppError("secrets.collision", { key, otherKey: key, envName });
      refuseCollision(key, envName, [...stored, ...planned]);
      planned.push([key, { envName }]);
      return { ...item, action: stored.some(([other]) => other === key) ? "compare" : "copy" };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { ...item, action: "refuse", code: error.code };
    }
  });
}

import { randomUUID } from "node:crypto";
import { AppError } from "@latchkey/api-contracts/errors";
import { ConnectionId, type ProviderId, type SecretKey } from "@latchkey/api-contracts/ids";
import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import type { SecretStore } from "@latchkey/secrets-core";
import type { ProviderRegistry } from "../providers/registry.ts";
import { requireKept } from "./check-input.ts";
import type { ConnectionsState } from "./connection-files.ts";
import type { PlacedRecord } from "./connection-record.ts";
import {
  type ConnectionEdit,
  type NewConnection,
  type PlannedEdit,
  planCreate,
  planUpdate,
} from "./plan-edit.ts";

/** Plans changes of connections against what is stored. */
export type Planner = Readonly<{
  /** @throws `providers.absent`, as `planCreate` */
  create(state: ConnectionsState, wanted: NewConnection): Promise<PlannedEdit>;
  /** @throws `connections.read-only` without the provider, `connections.unconfirmed`, as `planUpdate` */
  update(state: ConnectionsState, former: PlacedRecord, wanted: ConnectionEdit): Promise<PlannedEdit>;
}>;

export function createPlanner(options: {
  appId: string;
  secrets: Pick<SecretStore, "keys">;
  metadataByKey: () => Promise<ReadonlyMap<SecretKey, SecretMetadata>>;
  providers: Pick<ProviderRegistry, "find">;
  now: () => Date;
}): Planner {
  const { appId, secrets, metadataByKey, providers, now } = options;

  async function contextOf({ placed }: ConnectionsState, providerId: ProviderId) {
    const stored = new Set(await secrets.keys());
    return { definition: providers.find(providerId), placed, stored, appId, at: now().toISOString() };
  }

  return {
    async create(state, wanted) {
      const { providerId, usedSecrets } = wanted;
      const { definition, ...context } = await contextOf(state, providerId);
      if (!definition) throw new AppError("providers.absent", { providerId });
      if (usedSecrets) requireKept(usedSecrets, await metadataByKey());
      return planCreate(ConnectionId.parse(randomUUID()), wanted, { ...context, definition });
    },
    async update(state, former, wanted) {
      const { providerId } = former.record;
      const { definition, ...context } = await contextOf(state, providerId);
      if (!definition) throw new AppError("connections.read-only", { providerId });
      // To confirm is to save all of what was shown.
      if (!former.isConfirmed && !wanted.fields) throw new AppError("connections.unconfirmed");
      if (wanted.usedSecrets) requireKept(wanted.usedSecrets, await metadataByKey());
      return planUpdate(former, wanted, { ...context, definition });
    },
  };
}

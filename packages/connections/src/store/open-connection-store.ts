import { resolve } from "node:path";
import type { AuditAction } from "@latchkey/api-contracts/audit";
import type { Connection, UsageItem } from "@latchkey/api-contracts/connections";
import { AppError } from "@latchkey/api-contracts/errors";
import type { ConnectionId, SecretKey } from "@latchkey/api-contracts/ids";
import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import {
  createQueue,
  ensureFolder,
  type LockHold,
  type OnAudit,
  type SecretStore,
  withStoreLock,
} from "@latchkey/secrets-core";
import type { ProviderRegistry } from "../providers/registry.ts";
import { type ConnectionsState, openConnectionFiles } from "./connection-files.ts";
import { ConnectionRecord, type PlacedRecord } from "./connection-record.ts";
import type { ConnectionStore, Seen } from "./connection-store.ts";
import { type Delivery, deliveryOf } from "./delivery.ts";
import { usageOfConnection, usageOfKey } from "./find-usage.ts";
import { type ConnectionEdit, requireRevision } from "./plan-edit.ts";
import { createPlanner } from "./planner.ts";
import { changeOf, type RecordChange, removalOf } from "./record-change.ts";
import { isMade, runChange } from "./run-change.ts";
import { shadowOf, viewConnections } from "./view-connection.ts";

export type ConnectionStoreOptions = {
  /** The data folder; `connections.json` lies there. */
  folder: string;
  /** The host app's id: the first segment of the keys of its LLM configs. */
  appId: string;
  secrets: Pick<SecretStore, "change" | "versions" | "list" | "keys" | "status">;
  providers: Pick<ProviderRegistry, "find">;
  onAudit: OnAudit;
  /** Who else uses a connection: the grants of requesters. */
  otherUsage?: (id: ConnectionId) => Promise<readonly UsageItem[]>;
  now?: () => Date;
};

/** Codes of a key storage that takes no protected secret now: then the rest of a new connection is a draft. */
const noPlace: ReadonlySet<string> = new Set([
  "secrets.weak-protection",
  "secrets.locked",
  "secrets.unavailable",
]);

/**
 * Opens the connections of a data folder, and ends what a crash left half done.
 *
 * @throws `files.corrupt` when the file and its previous copy are damaged, `files.unsafe`, `files.failed`, `secrets.busy`
 */
export async function openConnectionStore(options: ConnectionStoreOptions): Promise<ConnectionStore> {
  const { folder, appId, secrets, providers, onAudit, now = () => new Date() } = options;
  const { otherUsage = async () => [] } = options;
  let workspace: string | null = null;
  const files = openConnectionFiles(folder, (intent) => isMade(intent, secrets));
  const inTurn = createQueue();
  const listeners = new Set<(ids: readonly ConnectionId[]) => void>();
  const tell = (ids: readonly ConnectionId[]) => {
    for (const listener of listeners) listener(ids);
  };
  const metadataByKey = async (): Promise<ReadonlyMap<SecretKey, SecretMetadata>> =>
    new Map((await secrets.list()).map((secret) => [secret.key, secret]));
  const definitionOf = ({ providerId }: ConnectionRecord) => providers.find(providerId);
  const plan = createPlanner({ appId, secrets, metadataByKey, providers, now });
  await ensureFolder(folder);

  const read = () => files.read(workspace);

  async function view({ placed, user }: ConnectionsState): Promise<Connection[]> {
    const metadata = await metadataByKey();
    return viewConnections(placed, {
      definitionOf,
      metadata,
      storage: secrets.status(),
      tests: user.tests,
    });
  }

  async function viewOne(state: ConnectionsState, id: ConnectionId): Promise<Connection> {
    const found = (await view(state)).find((connection) => connection.id === id);
    if (!found) throw new AppError("connections.absent");
    return found;
  }

  /** Runs alone among all processes, on what is there then. */
  function alone<T>(run: (state: ConnectionsState, hold: LockHold) => Promise<T>): Promise<T> {
    return inTurn(() =>
      withStoreLock(
        folder,
        async (hold) => {
          await files.recover();
          return run(await read(), hold);
        },
        "connections",
      ),
    );
  }

  async function make({ user, change, concerned }: RecordChange, hold: LockHold): Promise<void> {
    await runChange({ files, secrets, onAudit, hold }, user, change);
    tell(concerned);
  }

  async function edit(
    seen: Seen,
    wanted: ConnectionEdit,
    action: AuditAction = "connection.update",
    check: (former: PlacedRecord) => Promise<void> = async () => undefined,
  ): Promise<Connection> {
    // Another workspace may be open by the end.
    const changedIn = await alone(async (state, hold) => {
      const former = placeOf(state, seen);
      const planned = await plan.update(state, former, wanted);
      await check(former);
      await make(changeOf(state, planned, { former, scope: wanted.scope ?? former.scope, action }), hold);
      return state.workspace;
    });
    return viewOne(await files.read(changedIn), seen.id);
  }

  function deliveryIn(placed: readonly PlacedRecord[]): Delivery {
    const items = placed.map((item) => ({ ...item, isShadowed: shadowOf(item, placed) !== undefined }));
    return deliveryOf(items, (id) => providers.find(id));
  }

  async function usageSources({ placed, user }: ConnectionsState) {
    const metadata = await metadataByKey();
    return { placed, metadata, ...deliveryIn(placed), defaultLlm: user.defaultLlm };
  }

  async function usageOf(state: ConnectionsState, found: PlacedRecord): Promise<UsageItem[]> {
    const own = usageOfConnection(found, await usageSources(state));
    return [...own, ...(await otherUsage(found.record.id))];
  }

  await alone(async () => undefined);

  return {
    async list() {
      const state = await read();
      return { connections: await view(state), damaged: state.damaged };
    },
    get: async (id) => viewOne(await read(), id),
    async find(id) {
      const found = findIn(await read(), id);
      return found?.isConfirmed && !found.record.isDisabled ? found : undefined;
    },
    async create(wanted) {
      const { id, refusal, createdIn } = await alone(async (state, hold) => {
        const placing = { scope: wanted.scope, action: "connection.create" } as const;
        const { record, edits } = await plan.create(state, wanted);
        const created = { id: record.id, createdIn: state.workspace };
        try {
          await make(changeOf(state, { record, edits }, placing), hold);
          return { ...created, refusal: null };
        } catch (error) {
          if (!(error instanceof AppError) || !noPlace.has(error.code)) throw error;
          const draft = ConnectionRecord.parse({ ...record, secrets: {}, references: [] });
          await make(changeOf(state, { record: draft, edits: [] }, placing), hold);
          return { ...created, refusal: error.code };
        }
      });
      return { connection: await viewOne(await files.read(createdIn), id), refusal };
    },
    update: (seen, wanted) => edit(seen, wanted),
    async check(wanted) {
      const state = await read();
      if ("create" in wanted) await plan.create(state, wanted.create);
      else await plan.update(state, placeOf(state, wanted.seen), wanted.update);
    },
    setSecret: (seen, field, value) =>
      edit(seen, { secrets: { [field]: value } }, "connection.set-secret", async ({ record }) => {
        const key = record.secrets[field];
        const secret = key && (await metadataByKey()).get(key);
        if (secret && secret.state === "present") throw new AppError("connections.secret-exists", { field });
      }),
    replaceSecret: (seen, field, value) =>
      edit(seen, { secrets: { [field]: value } }, "connection.replace-secret"),
    remove: (seen, { alsoInUse = false } = {}) =>
      alone(async (state, hold) => {
        const found = placeOf(state, seen);
        if (!alsoInUse && (await usageOf(state, found)).length > 0) throw new AppError("connections.in-use");
        const { removedKeys, ...removal } = removalOf(state, found, new Set(await secrets.keys()));
        await make(removal, hold);
        return { removedKeys };
      }),
    async usage(of) {
      const state = await read();
      if ("key" in of) return usageOfKey(of.key, await usageSources(state));
      const found = findIn(state, of.id);
      if (!found) throw new AppError("connections.absent");
      return usageOf(state, found);
    },
    async noteTest(seen, test) {
      await alone(async (state) => {
        if (findIn(state, seen.id)?.record.revision !== seen.revision) return;
        await files.write({ ...state.user, tests: { ...state.user.tests, [seen.id]: test } });
      });
      tell([seen.id]);
    },
    defaultLlm: async () => (await read()).user.defaultLlm,
    async setDefaultLlm(id) {
      await alone(async (state, hold) => {
        const found = id === null ? undefined : findIn(state, id);
        if (id !== null && (!found || definitionOf(found.record)?.namespace !== "llm")) {
          throw new AppError("connections.absent");
        }
        await onAudit({
          actor: "person",
          action: "llm-config.set-default",
          outcome: "done",
          keys: [],
          ...(id !== null && { connectionId: id }),
        });
        hold.assertHeld();
        await files.write({ ...state.user, defaultLlm: id });
      });
      tell(id === null ? [] : [id]);
    },
    delivery: async () => deliveryIn((await read()).placed),
    workspace: () => workspace,
    openWorkspace(opened) {
      workspace = opened === null ? null : resolve(opened);
      tell([]);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function findIn({ placed }: ConnectionsState, id: ConnectionId): PlacedRecord | undefined {
  return placed.find(({ record }) => record.id === id);
}

function placeOf(state: ConnectionsState, { id, revision }: Seen): PlacedRecord {
  const found = findIn(state, id);
  if (!found) throw new AppError("connections.absent");
  requireRevision(found.record, revision);
  return found;
}

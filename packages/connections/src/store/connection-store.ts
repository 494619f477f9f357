import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import type { AuditAction } from "@latchkey/api-contracts/audit";
import type { Connection, LastTest, UsageItem } from "@latchkey/api-contracts/connections";
import { AppError, type ErrorCode } from "@latchkey/api-contracts/errors";
import { ConnectionId, type SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import {
  createQueue,
  ensureFolder,
  type OnAudit,
  type SecretStore,
  withStoreLock,
} from "@latchkey/secrets-core";
import type { ProviderRegistry } from "../providers/registry.ts";
import { requireKept } from "./check-input.ts";
import { type ConnectionsState, openConnectionFiles } from "./connection-files.ts";
import { ConnectionRecord, type PlacedRecord, type UserDocument } from "./connection-record.ts";
import { type Delivery, deliveryOf } from "./delivery.ts";
import { ownKeys, usageOfConnection, usageOfKey } from "./find-usage.ts";
import {
  type ConnectionEdit,
  type NewConnection,
  type PlannedEdit,
  planCreate,
  planUpdate,
  requireRevision,
} from "./plan-edit.ts";
import { type ConnectionChange, isMade, runChange } from "./run-change.ts";
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

/** One connection as somebody saw it: a change of a later state of it is refused. */
export type Seen = Readonly<{ id: ConnectionId; revision: number }>;

/** A connection to be made, or a change of one. */
export type WantedConnection =
  | Readonly<{ create: NewConnection }>
  | Readonly<{ seen: Seen; update: ConnectionEdit }>;

/** The connections of a person and of the workspace that is open. */
export interface ConnectionStore {
  list(): Promise<{ connections: Connection[]; damaged: number }>;
  /** @throws `connections.absent` */
  get(id: ConnectionId): Promise<Connection>;
  /** Its record and where it lies, for those who use it. `undefined` when there is none that may be used. */
  find(id: ConnectionId): Promise<PlacedRecord | undefined>;
  /**
   * Saves a connection and its secrets as one. Where the key storage takes no secret now, or only an unprotected one,
   * the rest is kept as a draft and `refusal` says why.
   *
   * @throws `providers.absent`, `connections.invalid-field`, `connections.name-taken`, `connections.no-workspace`, as
   *   `SecretStore.change`; nothing is saved
   */
  create(wanted: NewConnection): Promise<{ connection: Connection; refusal: ErrorCode | null }>;
  /**
   * Changes metadata and secrets as one. Saving the fields of a connection in a workspace confirms it.
   *
   * @throws as `create`, `connections.absent`, `connections.stale`, `connections.read-only`,
   *   `connections.unconfirmed`; nothing is changed
   */
  update(seen: Seen, wanted: ConnectionEdit): Promise<Connection>;
  /** Whether `create` or `update` would take it. @throws what they would throw before anything is written */
  check(wanted: WantedConnection): Promise<void>;
  /** @throws as `update`, `connections.secret-exists` when the field has one that can be read */
  setSecret(seen: Seen, field: FieldName, value: string): Promise<Connection>;
  /** The former value stays in force until the new one is. @throws as `update` */
  replaceSecret(seen: Seen, field: FieldName, value: string): Promise<Connection>;
  /** @throws `connections.absent`, `connections.stale`, `connections.in-use`, as `SecretStore.change` */
  remove(seen: Seen, options?: { alsoInUse?: boolean }): Promise<{ removedKeys: SecretKey[] }>;
  usage(of: { id: ConnectionId } | { key: SecretKey }): Promise<UsageItem[]>;
  /** Keeps how a test of a saved connection ended, unless it has changed since. */
  noteTest(seen: Seen, test: LastTest): Promise<void>;
  defaultLlm(): Promise<ConnectionId | null>;
  /** @throws `connections.absent` */
  setDefaultLlm(id: ConnectionId | null): Promise<void>;
  /** What of the secrets goes to the server. */
  delivery(): Promise<Delivery>;
  /** The folder of the open workspace. */
  workspace(): string | null;
  openWorkspace(folder: string | null): void;
  /** Calls back with the ids of connections that changed; none when any of them may have. */
  subscribe(listener: (ids: readonly ConnectionId[]) => void): () => void;
}

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
  const files = openConnectionFiles(
    folder,
    () => workspace,
    (intent) => isMade(intent, secrets),
  );
  const tools = { files, secrets, onAudit };
  const inTurn = createQueue();
  const listeners = new Set<(ids: readonly ConnectionId[]) => void>();
  const tell = (ids: readonly ConnectionId[]) => {
    for (const listener of listeners) listener(ids);
  };
  await ensureFolder(folder);

  const definitionOf = ({ providerId }: ConnectionRecord) => providers.find(providerId);

  async function metadataByKey(): Promise<ReadonlyMap<SecretKey, SecretMetadata>> {
    return new Map((await secrets.list()).map((secret) => [secret.key, secret]));
  }

  async function view(state: ConnectionsState): Promise<Connection[]> {
    const metadata = await metadataByKey();
    const { tests } = state.user;
    return viewConnections(state.placed, { definitionOf, metadata, storage: secrets.status(), tests });
  }

  async function get(id: ConnectionId): Promise<Connection> {
    const found = (await view(await files.read())).find((connection) => connection.id === id);
    if (!found) throw new AppError("connections.absent");
    return found;
  }

  /** Runs alone among all processes, on what is there then. */
  function alone<T>(run: (state: ConnectionsState) => Promise<T>): Promise<T> {
    return inTurn(() =>
      withStoreLock(
        folder,
        async () => {
          await files.recover();
          return run(await files.read());
        },
        "connections",
      ),
    );
  }

  function folderOf(scope: PlacedRecord["scope"]): string | null {
    if (scope === "user") return null;
    if (workspace === null) throw new AppError("connections.no-workspace");
    return workspace;
  }

  /** A record in the place of a former one, which may lie elsewhere. */
  async function put(
    { user, placed }: ConnectionsState,
    { record, edits }: PlannedEdit,
    { former, scope, action }: { former?: PlacedRecord; scope: PlacedRecord["scope"]; action: AuditAction },
  ): Promise<void> {
    const target = folderOf(scope);
    const isMoved = former !== undefined && former.scope !== scope;
    const isSame = JSON.stringify(former?.record.fields) === JSON.stringify(record.fields);
    const keepsTest = isSame && edits.length === 0;
    const { id } = record;
    const puts: ConnectionChange["puts"] = [
      { folder: target, id, record, former: isMoved ? null : (former?.record ?? null), keepsTest },
    ];
    if (isMoved) {
      puts.unshift({ folder: folderOf(former.scope), id, record: null, former: former.record, keepsTest });
    }
    // A secret that is replaced is another one for all who use it.
    const sharers = usersOf(edits, placed).filter((other) => other !== id);
    const tested = { ...user, tests: withoutTests(user.tests, sharers) };
    const concerned = [...edits, ...newlyUsed(record, former?.record)];
    await runChange(tools, tested, {
      puts,
      edits,
      audit: auditOf(record, scope, { action, edits: concerned }),
    });
    tell([id, ...sharers]);
  }

  async function contextOf(state: ConnectionsState, { providerId }: Pick<ConnectionRecord, "providerId">) {
    const definition = providers.find(providerId);
    const stored = new Set(await secrets.keys());
    return { definition, placed: state.placed, stored, appId, at: now().toISOString() };
  }

  async function planNew(
    state: ConnectionsState,
    wanted: NewConnection,
    id = ConnectionId.parse(randomUUID()),
  ): Promise<PlannedEdit> {
    const { definition, ...context } = await contextOf(state, wanted);
    const { providerId } = wanted;
    if (!definition) throw new AppError("providers.absent", { providerId });
    if (wanted.usedSecrets) requireKept(wanted.usedSecrets, await metadataByKey());
    return planCreate(id, wanted, { ...context, definition });
  }

  async function planEdit(
    state: ConnectionsState,
    former: PlacedRecord,
    wanted: ConnectionEdit,
  ): Promise<PlannedEdit> {
    const { definition, ...context } = await contextOf(state, former.record);
    const { providerId } = former.record;
    if (!definition) throw new AppError("connections.read-only", { providerId });
    // To confirm is to save all of what was shown.
    if (!former.isConfirmed && !wanted.fields) throw new AppError("connections.unconfirmed");
    if (wanted.usedSecrets) requireKept(wanted.usedSecrets, await metadataByKey());
    return planUpdate(former, wanted, { ...context, definition });
  }

  async function edit(
    seen: Seen,
    wanted: ConnectionEdit,
    action: AuditAction = "connection.update",
    check: (former: PlacedRecord) => Promise<void> = async () => undefined,
  ): Promise<Connection> {
    await alone(async (state) => {
      const former = placeOf(state, seen);
      const planned = await planEdit(state, former, wanted);
      await check(former);
      await put(state, planned, { former, scope: wanted.scope ?? former.scope, action });
    });
    return get(seen.id);
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
      const state = await files.read();
      return { connections: await view(state), damaged: state.damaged };
    },
    get,
    async find(id) {
      const found = (await files.read()).placed.find(({ record }) => record.id === id);
      return found?.isConfirmed && !found.record.isDisabled ? found : undefined;
    },
    async create(wanted) {
      const id = ConnectionId.parse(randomUUID());
      const refusal = await alone(async (state) => {
        const { scope } = wanted;
        const planned = await planNew(state, wanted, id);
        const action = "connection.create";
        try {
          await put(state, planned, { scope, action });
          return null;
        } catch (error) {
          if (!(error instanceof AppError) || !noPlace.has(error.code)) throw error;
          const record = ConnectionRecord.parse({ ...planned.record, secrets: {}, references: [] });
          await put(state, { record, edits: [] }, { scope, action });
          return error.code;
        }
      });
      return { connection: await get(id), refusal };
    },
    update: (seen, wanted) => edit(seen, wanted),
    async check(wanted) {
      const state = await files.read();
      if ("create" in wanted) await planNew(state, wanted.create);
      else await planEdit(state, placeOf(state, wanted.seen), wanted.update);
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
      alone(async (state) => {
        const found = placeOf(state, seen);
        const { record, scope } = found;
        if (!alsoInUse && (await usageOf(state, found)).length > 0) throw new AppError("connections.in-use");
        const stored = new Set(await secrets.keys());
        // What an unconfirmed file names is not its own to remove.
        const removedKeys = found.isConfirmed
          ? ownKeys(record.id, state.placed).filter((key) => stored.has(key))
          : [];
        const edits = removedKeys.map((key) => ({ op: "remove", key }) as const);
        await runChange(tools, state.user, {
          puts: [{ folder: folderOf(scope), id: record.id, record: null, former: record, keepsTest: false }],
          edits,
          audit: auditOf(record, scope, { action: "connection.delete", edits }),
        });
        tell([record.id]);
        return { removedKeys };
      }),
    async usage(of) {
      const state = await files.read();
      if ("key" in of) return usageOfKey(of.key, await usageSources(state));
      const found = state.placed.find(({ record }) => record.id === of.id);
      if (!found) throw new AppError("connections.absent");
      return usageOf(state, found);
    },
    async noteTest(seen, test) {
      await alone(async (state) => {
        const found = state.placed.find(({ record }) => record.id === seen.id);
        if (found?.record.revision !== seen.revision) return;
        await files.write({ ...state.user, tests: { ...state.user.tests, [seen.id]: test } });
      });
      tell([seen.id]);
    },
    defaultLlm: async () => (await files.read()).user.defaultLlm,
    async setDefaultLlm(id) {
      await alone(async ({ placed, user }) => {
        const found = placed.find(({ record }) => record.id === id);
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
        await files.write({ ...user, defaultLlm: id });
      });
      tell(id === null ? [] : [id]);
    },
    delivery: async () => deliveryIn((await files.read()).placed),
    workspace: () => workspace,
    openWorkspace(folder) {
      workspace = folder === null ? null : resolve(folder);
      tell([]);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The connections that use a secret which is edited. */
function usersOf(edits: readonly { key: string }[], placed: readonly PlacedRecord[]): ConnectionId[] {
  const keys = new Set<string>(edits.map(({ key }) => key));
  return placed.flatMap(({ record }) =>
    Object.values(record.secrets).some((key) => keys.has(key)) ? [record.id] : [],
  );
}

/** The secrets of others that a record uses and its former state did not. */
function newlyUsed(record: ConnectionRecord, former: ConnectionRecord | undefined): { key: SecretKey }[] {
  return record.references.flatMap((field) => {
    const key = record.secrets[field];
    return key && former?.secrets[field] !== key ? [{ key }] : [];
  });
}

function withoutTests(tests: UserDocument["tests"], ids: readonly ConnectionId[]): UserDocument["tests"] {
  return Object.fromEntries(Object.entries(tests).filter(([id]) => !ids.some((other) => other === id)));
}

function placeOf({ placed }: ConnectionsState, { id, revision }: Seen): PlacedRecord {
  const found = placed.find(({ record }) => record.id === id);
  if (!found) throw new AppError("connections.absent");
  requireRevision(found.record, revision);
  return found;
}

function auditOf(
  { id, displayName, providerId }: ConnectionRecord,
  scope: PlacedRecord["scope"],
  { action, edits }: { action: AuditAction; edits: readonly { key: string }[] },
): ConnectionChange["audit"] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of planned edits were parsed
  const keys = edits.map(({ key }) => key as SecretKey);
  return { actor: "person", action, keys, connectionId: id, connectionName: displayName, providerId, scope };
}

import type { Connection, LastTest, UsageItem } from "@latchkey/api-contracts/connections";
import type { ErrorCode } from "@latchkey/api-contracts/errors";
import type { ConnectionId, SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import type { PlacedRecord } from "./connection-record.ts";
import type { Delivery } from "./delivery.ts";
import type { ConnectionEdit, NewConnection } from "./plan-edit.ts";

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

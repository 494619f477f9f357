import type { AuditAction } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";
import type { ConnectionId, SecretKey } from "@latchkey/api-contracts/ids";
import type { ConnectionsState } from "./connection-files.ts";
import type { ConnectionRecord, PlacedRecord, UserDocument } from "./connection-record.ts";
import { ownKeys } from "./find-usage.ts";
import type { PlannedEdit } from "./plan-edit.ts";
import type { ConnectionChange } from "./run-change.ts";

type Scope = PlacedRecord["scope"];

/** What `runChange` makes, and the connections that it concerns. */
export type RecordChange = Readonly<{
  user: UserDocument;
  change: ConnectionChange;
  concerned: readonly ConnectionId[];
}>;

/**
 * The change that puts a planned record in the place of its former one, which may lie elsewhere.
 *
 * @throws `connections.no-workspace`
 */
export function changeOf(
  { user, placed, workspace }: ConnectionsState,
  { record, edits }: PlannedEdit,
  { former, scope, action }: { former?: PlacedRecord; scope: Scope; action: AuditAction },
): RecordChange {
  const { id } = record;
  const folder = folderOf(workspace, scope);
  const isMoved = former !== undefined && former.scope !== scope;
  const isSame = JSON.stringify(former?.record.fields) === JSON.stringify(record.fields);
  const keepsTest = isSame && edits.length === 0;
  const puts: ConnectionChange["puts"] = [
    { folder, id, record, former: isMoved ? null : (former?.record ?? null), keepsTest },
  ];
  if (isMoved) {
    const left = folderOf(workspace, former.scope);
    puts.unshift({ folder: left, id, record: null, former: former.record, keepsTest });
  }
  // A secret that is replaced is another one for all who use it.
  const sharers = usersOf(edits, placed).filter((other) => other !== id);
  const keys = [...edits, ...newlyUsed(record, former?.record)].map(({ key }) => key);
  return {
    user: { ...user, tests: withoutTests(user.tests, sharers) },
    change: { puts, edits, audit: auditOf(record, scope, action, keys) },
    concerned: [id, ...sharers],
  };
}

/** The change that removes a record, with the secrets that are its alone. @throws `connections.no-workspace` */
export function removalOf(
  { user, placed, workspace }: ConnectionsState,
  { record, scope, isConfirmed }: PlacedRecord,
  stored: ReadonlySet<SecretKey>,
): RecordChange & Readonly<{ removedKeys: SecretKey[] }> {
  const { id } = record;
  // What an unconfirmed file names is not its own to remove.
  const removedKeys = isConfirmed ? ownKeys(id, placed).filter((key) => stored.has(key)) : [];
  return {
    user,
    change: {
      puts: [{ folder: folderOf(workspace, scope), id, record: null, former: record, keepsTest: false }],
      edits: removedKeys.map((key) => ({ op: "remove", key })),
      audit: auditOf(record, scope, "connection.delete", removedKeys),
    },
    concerned: [id],
    removedKeys,
  };
}

function folderOf(workspace: string | null, scope: Scope): string | null {
  if (scope === "user") return null;
  if (workspace === null) throw new AppError("connections.no-workspace");
  return workspace;
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

function auditOf(
  { id, displayName, providerId }: ConnectionRecord,
  scope: Scope,
  action: AuditAction,
  keys: readonly string[],
): ConnectionChange["audit"] {
  return {
    actor: "person",
    action,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of planned edits were parsed
    keys: keys as SecretKey[],
    connectionId: id,
    connectionName: displayName,
    providerId,
    scope,
  };
}

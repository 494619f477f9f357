import { createHash } from "node:crypto";
import {
  ConnectionName,
  type ConnectionScope,
  ConnectionSlug,
  FieldValues,
  LastTest,
} from "@latchkey/api-contracts/connections";
import { ConnectionId, EnvName, ProviderId, SecretKey, Timestamp } from "@latchkey/api-contracts/ids";
import { FieldName } from "@latchkey/api-contracts/providers";
import * as z from "zod";

/** A connection as it is kept, alike for the person and in a workspace: its secrets by their keys, never a value. */
export const ConnectionRecord = z.strictObject({
  id: ConnectionId,
  providerId: ProviderId,
  displayName: ConnectionName,
  slug: ConnectionSlug,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  revision: z.int().min(1),
  isDisabled: z.boolean().default(false),
  fields: FieldValues,
  /** The keys of the secrets that were saved, by field. */
  secrets: z.record(FieldName, SecretKey),
  /** The fields whose secret is not the connection's own: it stays when the connection goes. */
  references: z.array(FieldName).default([]),
  aliases: z.array(EnvName).default([]),
});
export type ConnectionRecord = z.infer<typeof ConnectionRecord>;

/** The file of a workspace, `.latchkey/connections.json` in its folder. */
export const WorkspaceDocument = z.strictObject({
  version: z.literal(1),
  connections: z.array(z.unknown()),
});
export type WorkspaceDocument = z.infer<typeof WorkspaceDocument>;

export const emptyWorkspace: WorkspaceDocument = { version: 1, connections: [] };

/**
 * What becomes of one record in one file; `folder` is the workspace's, or null for the person's own file. The last test
 * goes with what was tried.
 */
const Put = z.strictObject({
  folder: z.string().nullable(),
  id: ConnectionId,
  record: ConnectionRecord.nullable(),
  former: ConnectionRecord.nullable(),
  keepsTest: z.boolean(),
});
export type Put = z.infer<typeof Put>;

/**
 * A change of connections that is being made, noted before anything else is written. `marks` has the versions that its
 * secrets had before, null for those that were not there: whether one of them changed tells whether the change was
 * made. A change without secrets is made when the note is replaced by what it tells.
 */
export const Intent = z.strictObject({
  puts: z.array(Put).min(1),
  marks: z.record(SecretKey, z.string().nullable()),
});
export type Intent = z.infer<typeof Intent>;

/** The person's own file, `connections.json` in the data folder. */
export const UserDocument = z.strictObject({
  version: z.literal(1),
  connections: z.array(z.unknown()),
  /** What the person has seen and saved of connections in workspaces, as digests. */
  confirmed: z.record(ConnectionId, z.string()),
  tests: z.record(ConnectionId, LastTest),
  defaultLlm: ConnectionId.nullable(),
  intent: Intent.optional(),
});
export type UserDocument = z.infer<typeof UserDocument>;

export const emptyUser: UserDocument = {
  version: 1,
  connections: [],
  confirmed: {},
  tests: {},
  defaultLlm: null,
};

/** A record with where it lies. An unconfirmed one came with its workspace and is not used. */
export type PlacedRecord = Readonly<{
  record: ConnectionRecord;
  scope: ConnectionScope;
  isConfirmed: boolean;
}>;

/** The records of a file; those that cannot be read are counted, and stay in it. */
export function recordsOf(items: readonly unknown[]): { records: ConnectionRecord[]; damaged: number } {
  const records = items.flatMap((item) => ConnectionRecord.safeParse(item).data ?? []);
  const byId = new Map(records.map((record) => [record.id, record]));
  return { records: [...byId.values()], damaged: items.length - byId.size };
}

/** The items of a file with one record put in, replaced or taken out; whatever else is there stays. */
export function withPut(items: readonly unknown[], { id, record }: Pick<Put, "id" | "record">): unknown[] {
  const isOwn = (item: unknown) => ConnectionRecord.safeParse(item).data?.id === id;
  const place = items.findIndex(isOwn);
  if (record === null) return items.filter((item) => !isOwn(item));
  return place < 0 ? [...items, record] : items.with(place, record);
}

/** What is confirmed of a record in a workspace: the folder, and all that decides which secret goes where. */
export function digestOf(folder: string, record: ConnectionRecord): string {
  const { id, providerId, fields, secrets, references, aliases } = record;
  const parts = [folder, id, providerId, sorted(fields), sorted(secrets), aliases];
  const text = JSON.stringify(references.length === 0 ? parts : [...parts, references.toSorted()]);
  return createHash("sha256").update(text).digest("base64url");
}

function sorted(map: object): [string, unknown][] {
  return Object.entries(map).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

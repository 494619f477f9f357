import * as z from "zod";
import { AccessResponse, WindowAccessRequest } from "./access.ts";
import { defineArea } from "./area.ts";
import { CauseClass, TestResult } from "./connection-test.ts";
import { ErrorCode } from "./error-data.ts";
import { ConnectionId, EnvName, ProviderId, RequesterId, SecretKey, Timestamp } from "./ids.ts";
import { FieldName, FieldValue } from "./providers.ts";
import { Protection, SecretSource, SecretState, StorageBackendName } from "./secrets.ts";
import { publicSchemas, SecretValue } from "./text.ts";

/** Where a connection lies: with the person, or in the folder of a workspace, whose file holds references only. */
export const ConnectionScope = z.enum(["user", "workspace"]);
export type ConnectionScope = z.infer<typeof ConnectionScope>;

/** What a person calls a connection. Unique for its provider in its scope. */
export const ConnectionName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
publicSchemas.add(ConnectionName, { why: "a name that the person gave to be shown" });

/** The one segment of secret keys that stands for a connection: `github-work` in `provider.github-work.token`. */
export const ConnectionSlug = z
  .string()
  .max(80)
  .regex(/^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/);

/** The values of the fields that are not secret. */
export const FieldValues = z.record(FieldName, FieldValue);
export type FieldValues = z.infer<typeof FieldValues>;

/** Values of secret fields on their way in; fields that are left out keep what they have. */
const NewSecrets = z.record(FieldName, SecretValue);

/** All that is ever shown of a secret field. Without a value there is no place and no date. */
export const SecretFieldStatus = z.object({
  key: SecretKey,
  state: SecretState,
  storageBackend: StorageBackendName.optional(),
  protection: Protection.optional(),
  source: SecretSource.optional(),
  updatedAt: Timestamp.optional(),
  /** The secret is one of its own, or of another connection: it stays when this one goes. */
  isReference: z.boolean(),
  /** How many connections use it. */
  users: z.int().min(0),
});
export type SecretFieldStatus = z.infer<typeof SecretFieldStatus>;

/**
 * The one word for how a connection stands. `draft`: its secret was never saved; `secret-missing`: it was, and is gone;
 * `secret-unreadable`: it is there and damaged; `locked`: it will be readable again; `unconfirmed`: the workspace's
 * file was changed outside of Latchkey, and nothing is used before the person has saved it.
 */
export const ConnectionState = z.enum([
  "draft",
  "secret-missing",
  "secret-unreadable",
  "locked",
  "unconfirmed",
  "provider-missing",
  "disabled",
  "not-tested",
  "ok",
  "failing",
]);
export type ConnectionState = z.infer<typeof ConnectionState>;

/** How the last test of what is saved ended; `cause` is the class of what failed. */
export const LastTest = z.object({ checkedAt: Timestamp, cause: CauseClass.nullable() });
export type LastTest = z.infer<typeof LastTest>;

/** All that is ever shown of a connection. `revision` grows with each change of it, and guards the next one. */
export const Connection = z.object({
  id: ConnectionId,
  providerId: ProviderId,
  scope: ConnectionScope,
  displayName: ConnectionName,
  slug: ConnectionSlug,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  revision: z.int().min(1),
  isDisabled: z.boolean(),
  fields: FieldValues,
  secrets: z.record(FieldName, SecretFieldStatus),
  /** The variables that the person opted in to, beside the derived ones. */
  aliases: z.array(EnvName),
  state: ConnectionState,
  lastTest: LastTest.nullable(),
  /** The connection of the workspace that is in force in its place. */
  shadowedBy: ConnectionId.nullable(),
});
export type Connection = z.infer<typeof Connection>;

/** What would stop working without a connection or a secret. */
export const UsageItem = z.discriminatedUnion("by", [
  z.object({ by: z.literal("server"), envNames: z.array(EnvName) }),
  z.object({ by: z.literal("connection"), id: ConnectionId, displayName: ConnectionName }),
  z.object({ by: z.literal("llm-default"), id: ConnectionId }),
  z.object({ by: z.literal("grant"), requesterId: RequesterId, connectionId: ConnectionId }),
]);
export type UsageItem = z.infer<typeof UsageItem>;

/** The name of the open workspace: the last part of its folder. */
const WorkspaceName = z.string().max(255);
publicSchemas.add(WorkspaceName, { why: "the name of a folder that the person chose" });

const Target = { id: ConnectionId, revision: z.int().min(1) };
const OneConnection = z.object({ connection: Connection });
const CreatedConnection = z.object({ connection: Connection, refusal: ErrorCode.nullable() });
const nothing = z.strictObject({});

/** Fields that use a secret that is there already, by its key. */
const UsedSecrets = z.record(FieldName, SecretKey).default({});

/** Secret fields by their names alone. */
const SecretFields = z.array(FieldName).max(60).default([]);

const NewConnection = z.strictObject({
  providerId: ProviderId,
  scope: ConnectionScope.default("user"),
  displayName: ConnectionName,
  fields: FieldValues,
  secrets: NewSecrets.default({}),
  generatedSecrets: SecretFields,
  usedSecrets: UsedSecrets,
  aliases: z.array(EnvName).max(20).default([]),
});

const ConnectionUpdate = z.strictObject({
  ...Target,
  displayName: ConnectionName.optional(),
  fields: FieldValues.optional(),
  secrets: NewSecrets.default({}),
  generatedSecrets: SecretFields,
  usedSecrets: UsedSecrets,
  removedSecrets: SecretFields,
  aliases: z.array(EnvName).max(20).optional(),
  isDisabled: z.boolean().optional(),
  scope: ConnectionScope.optional(),
});

/**
 * The values of a form that was not saved; `id` names the connection whose saved secrets fill what was neither typed
 * nor removed.
 */
export const ConnectionDraft = z.strictObject({
  id: ConnectionId.optional(),
  providerId: ProviderId,
  fields: FieldValues,
  secrets: NewSecrets.default({}),
  usedSecrets: UsedSecrets,
  removedSecrets: SecretFields,
});
export type ConnectionDraft = z.infer<typeof ConnectionDraft>;

/** `connections:*`: what is configured. Values go in with the few verbs that need one, and none comes out. */
export const connections = defineArea({
  name: "connections",
  calls: {
    /** `damaged` counts records that cannot be read; they stay as they are and hide no other. */
    list: {
      request: nothing,
      response: z.object({
        connections: z.array(Connection),
        workspace: WorkspaceName.nullable(),
        damaged: z.int().min(0),
      }),
    },
    get: { request: z.strictObject({ id: ConnectionId }), response: OneConnection },
    /**
     * Saves a connection and its secrets as one. `generatedSecrets` names fields whose value is made here,
     * `usedSecrets` secrets that are there: the person is asked whether each may go to the connection's address. Where no protected place takes the secrets, the rest is kept as a
     * draft and `refusal` says why.
     */
    create: { request: NewConnection, response: CreatedConnection },
    /** Changes what is given, metadata and secrets as one; `removedSecrets` names fields whose secret goes. */
    update: { request: ConnectionUpdate, response: OneConnection },
    /**
     * Tries what is to be saved, and saves it when it works, or has no test; `saved` is null otherwise. What cannot be
     * saved is refused before it is tried. The run is one of `test`: it ends within ten seconds, and can be cancelled.
     */
    testAndSave: {
      request: z.union([
        z.strictObject({ testId: z.uuid(), create: NewConnection }),
        z.strictObject({ testId: z.uuid(), update: ConnectionUpdate }),
      ]),
      response: z.object({ result: TestResult, saved: CreatedConnection.nullable() }),
    },
    /** Refused with `connections.in-use` while something uses it, unless `alsoInUse` is set. */
    delete: {
      request: z.strictObject({ ...Target, alsoInUse: z.boolean().default(false) }),
      response: z.object({ id: ConnectionId, removedKeys: z.array(SecretKey) }),
    },
    /** Gives a field without a readable secret one. */
    setSecret: {
      request: z.strictObject({ ...Target, field: FieldName, value: SecretValue }),
      response: OneConnection,
    },
    /** Replaces the secret of a field. The former value stays in force until the new one is saved. */
    replaceSecret: {
      request: z.strictObject({ ...Target, field: FieldName, value: SecretValue }),
      response: OneConnection,
    },
    /**
     * Asks the person whether the window may have the broker use a connection, in the window of the question. No
     * channel gives a value for the ref that comes of it.
     */
    requestSecretAccess: { request: WindowAccessRequest, response: AccessResponse },
    /** What uses a connection, or a secret. */
    usage: {
      request: z.union([z.strictObject({ id: ConnectionId }), z.strictObject({ key: SecretKey })]),
      response: z.object({ usage: z.array(UsageItem) }),
    },
    /**
     * Tries what is saved, or a draft of it, and always ends. `testId` names the run, so that it can be cancelled;
     * drafts are tried apart from each other and leave nothing behind.
     */
    test: {
      request: z.strictObject({
        testId: z.uuid(),
        target: z.union([z.strictObject({ id: ConnectionId }), ConnectionDraft]),
      }),
      response: z.object({ result: TestResult }),
    },
    /** Ends a test; its call then answers with the cause `cancelled`. One that has ended already is no error. */
    cancelTest: { request: z.strictObject({ testId: z.uuid() }), response: z.object({}) },
    /** Asks the person for the folder of a workspace; null when they chose none. */
    openWorkspace: { request: nothing, response: z.object({ workspace: WorkspaceName.nullable() }) },
    closeWorkspace: { request: nothing, response: z.object({}) },
  },
  events: { changed: z.object({ ids: z.array(ConnectionId) }) },
});

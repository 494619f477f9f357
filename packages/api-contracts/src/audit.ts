import * as z from "zod";
import { defineArea } from "./area.ts";
import { ErrorCode } from "./error-data.ts";
import { ConnectionId, Generation, ProviderId, RequesterId, SecretKey, Timestamp } from "./ids.ts";
import { Protection, StorageBackendName, StorageReason } from "./secrets.ts";
import { publicSchemas } from "./text.ts";

/** Words that others chose, as the log keeps them: one line, without characters that hide or reorder text. */
const EscapedText = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u);
publicSchemas.add(EscapedText, {
  why: "a name that the person gave, or a requester's own words; whoever writes it knows no stored value",
});

/** Who asked for a step: the person, a part of Latchkey, or a requester. */
export const AuditActor = z.union([z.enum(["person", "app", "server", "cli"]), RequesterId]);
export type AuditActor = z.infer<typeof AuditActor>;

export const AuditAction = z.enum([
  "storage.chosen",
  "secret.set",
  "secret.remove",
  "secret.stage",
  "secret.discard",
  "secret.deliver",
  "change.pending",
  "server.start",
  "server.healthy",
  "server.stop",
  "server.exit",
  "connection.create",
  "connection.update",
  "connection.delete",
  "connection.set-secret",
  "connection.replace-secret",
  "connection.test",
  "consent.ask",
  "consent.grant",
  "consent.deny",
  "consent.revoke",
  "consent.expire",
  "access.request",
  "access.grant",
  "access.deny",
  "broker.fetch",
  "broker.use",
  "extension.start",
  "extension.stop",
  "extension.crash",
  "extension.blocked",
  "llm-config.create",
  "llm-config.update",
  "llm-config.delete",
  "llm-config.set-default",
  "log.export",
  "log.repair",
  "log.drop",
]);
export type AuditAction = z.infer<typeof AuditAction>;

/** How a step ended. */
export const AuditOutcome = z.enum(["done", "refused", "failed"]);
export type AuditOutcome = z.infer<typeof AuditOutcome>;

/**
 * What the activity log says of one step: who, when, what, why, outcome. Never a value, never a hash of one.
 *
 * **Shape** `keys` are the secrets concerned; the other optional fields are there where the step has them.
 */
export const AuditEvent = z.strictObject({
  version: z.literal(1),
  occurredAt: Timestamp,
  actor: AuditActor,
  action: AuditAction,
  outcome: AuditOutcome,
  keys: z.array(SecretKey),
  generation: Generation.optional(),
  storageBackend: StorageBackendName.optional(),
  protection: Protection.optional(),
  storageReason: StorageReason.optional(),
  exitCode: z.int().optional(),
  signal: z
    .string()
    .regex(/^SIG[A-Z0-9]+$/)
    .optional(),
  reason: z
    .string()
    .regex(/^[a-z][a-z-]*$/)
    .optional(),
  code: ErrorCode.optional(),
  connectionId: ConnectionId.optional(),
  /** The connection's name at that time. */
  connectionName: EscapedText.optional(),
  providerId: ProviderId.optional(),
  /** Who wants to use a connection, where that is not the actor: the person grants, an extension requested. */
  requesterId: RequesterId.optional(),
  /** The requester's own words. */
  reasonText: EscapedText.optional(),
  scope: z.enum(["user", "workspace"]).optional(),
  /** Of a request that the broker made: its host with the port where that is not the usual one, never path or query. */
  host: z
    .string()
    .regex(/^[A-Za-z0-9.:[\]_-]{1,260}$/)
    .optional(),
  method: z
    .string()
    .regex(/^[A-Z]{3,10}$/)
    .optional(),
  status: z.int().min(100).max(599).optional(),
  /** How many entries a `log.export`, `log.repair` or `log.drop` is about. */
  count: z.int().min(0).optional(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

/** What a package reports; the log adds version and time. Free text may come as it is: the log escapes and cuts it. */
export type AuditEntry = Readonly<Omit<AuditEvent, "version" | "occurredAt" | "keys">> & {
  readonly keys: readonly SecretKey[];
};

/** Where an entry stands in the log: the number of its segment and the byte at which it begins. Later is larger. */
export const AuditPosition = z.string().regex(/^\d{1,6}:\d{1,10}$/);
export type AuditPosition = z.infer<typeof AuditPosition>;

/** One entry as it is listed. `seq` is null for those from before the log was a chain. */
export const AuditListing = z.strictObject({
  at: AuditPosition,
  seq: z.int().min(0).nullable(),
  event: AuditEvent,
});
export type AuditListing = z.infer<typeof AuditListing>;

/** The kinds of actor to filter by; `extension` and `tool` stand for all of them. */
export const AuditActorKind = z.enum(["person", "app", "server", "cli", "window", "extension", "tool"]);
export type AuditActorKind = z.infer<typeof AuditActorKind>;

/** What to list. A missing field lets everything through. */
export const AuditFilter = z.strictObject({
  from: Timestamp.optional(),
  to: Timestamp.optional(),
  actor: AuditActorKind.optional(),
  action: AuditAction.optional(),
  /** The part of the action before the dot, `secret` for example. */
  area: z
    .string()
    .regex(/^[a-z][a-z-]{0,40}$/)
    .optional(),
  outcome: AuditOutcome.optional(),
  /** What was done with one connection, whatever it is called now. */
  connectionId: ConnectionId.optional(),
  /** Words that all occur in the names of the entry's object: keys, connection, provider, requester, host. */
  text: z.string().max(200).optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** What can be wrong with a log. The first four are about one line, the others about what is missing around it. */
export const AuditProblemKind = z.enum([
  "not-a-record",
  "altered",
  "out-of-chain",
  "other-log",
  "missing-segment",
  "missing-seal",
  "missing-start",
  "altered-before-chain",
  "cut-tail",
  "rewritten",
]);
export type AuditProblemKind = z.infer<typeof AuditProblemKind>;

/**
 * The first thing that is wrong.
 *
 * **Shape** `seq` is the entry that should stand there, where that is known.
 * **Units** lines count from 1; segments too, 0 is what was there before the chain.
 */
export const AuditProblem = z.strictObject({
  what: AuditProblemKind,
  segment: z.int().min(0),
  line: z.int().min(1).nullable(),
  seq: z.int().min(0).nullable(),
});
export type AuditProblem = z.infer<typeof AuditProblem>;

/**
 * What the head that is kept outside of the log says: `matches`; `missing` when none is kept yet; `unreachable` when
 * the keychain does not answer; `outdated` when it lies before the oldest entry; `unchecked` behind another problem;
 * `differs` with a problem beside it.
 */
export const AuditHeadState = z.enum([
  "matches",
  "missing",
  "unreachable",
  "outdated",
  "unchecked",
  "differs",
]);
export type AuditHeadState = z.infer<typeof AuditHeadState>;

/**
 * What a check of the whole log found.
 *
 * **Shape** `verifiedTo` is the last entry before the first problem, null when there is none; `headSeq` the entry up to
 * which a missing tail would be noticed; `droppedTo` the last entry that was dropped for size or age.
 */
export const AuditVerification = z.strictObject({
  isSound: z.boolean(),
  verifiedTo: z.int().min(0).nullable(),
  entries: z.int().min(0),
  segments: z.int().min(0),
  droppedTo: z.int().min(0).nullable(),
  /** Lines from before the log was a chain. */
  beforeChain: z.int().min(0),
  /** The last line is incomplete: a crash, which the next entry will tell. */
  hasTornTail: z.boolean(),
  /** Entries that tell of a loss: of a tail that was cut, a line that was altered, a step that could not be recorded. */
  losses: z.int().min(0),
  head: AuditHeadState,
  headSeq: z.int().min(0).nullable(),
  problem: AuditProblem.nullable(),
});
export type AuditVerification = z.infer<typeof AuditVerification>;

/**
 * How the log stands. `unrecorded` counts the steps that went on though they could not be written down, which happens
 * only where the person set it so; 0 once the log works again and has an entry that tells their number.
 */
export const AuditStatus = z.strictObject({ unrecorded: z.int().min(0) });
export type AuditStatus = z.infer<typeof AuditStatus>;

/** `audit:*`: the activity log, newest first. */
export const audit = defineArea({
  name: "audit",
  calls: {
    /** The entries before one, or all after one; `next` goes on with the list and is null at its end. */
    list: {
      request: z.strictObject({
        filter: AuditFilter.optional(),
        before: AuditPosition.optional(),
        after: AuditPosition.optional(),
        limit: z.int().min(1).max(500).default(200),
      }),
      response: z.strictObject({ entries: z.array(AuditListing), next: AuditPosition.nullable() }),
    },
    verify: { request: z.strictObject({}), response: AuditVerification },
    status: { request: z.strictObject({}), response: AuditStatus },
    /** Asks the person where to; `saved` is null when they changed their mind, else the number of entries. */
    export: {
      request: z.strictObject({ format: z.enum(["jsonl", "csv"]), filter: AuditFilter.optional() }),
      response: z.strictObject({ saved: z.int().min(0).nullable() }),
    },
  },
  /** There are new entries, of this process or of another. */
  events: { appended: z.strictObject({}), statusChanged: AuditStatus },
});

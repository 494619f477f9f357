import * as z from "zod";
import { AuditEvent, AuditVerification } from "./audit.ts";
import { ConnectionName } from "./connections.ts";
import { ErrorCode } from "./error-data.ts";
import { EnvName, SecretKey, Timestamp } from "./ids.ts";
import { Protection, SecretChange, SecretMetadata, StorageBackendName, StorageStatus } from "./secrets.ts";
import { PublicText, publicSchemas } from "./text.ts";

/** Errors of the command line itself, beside those of the error table. */
export const CliErrorCode = z.enum(["cli.usage", "cli.cancelled", "cli.no-match", "cli.unsafe-environment"]);
export type CliErrorCode = z.infer<typeof CliErrorCode>;

/** What failed and the command to try next. */
export const CliError = z.strictObject({
  code: z.union([ErrorCode, CliErrorCode]),
  message: PublicText,
  hint: PublicText.nullable(),
});

/** The one document of `--json`; the text for people may change, this does not. */
export function cliDocument<T extends z.ZodType>(data: T) {
  return z.discriminatedUnion("ok", [
    z.strictObject({ schemaVersion: z.literal(1), ok: z.literal(true), data }),
    z.strictObject({ schemaVersion: z.literal(1), ok: z.literal(false), error: CliError }),
  ]);
}

/** A short word of a program or a file, such as the name of a variable in a dotenv file. */
const ItemName = z.string().max(1_000);
publicSchemas.add(ItemName, { why: "names of variables and keys, never what they hold" });

/** Who uses a secret: the supervised server or a program that `run` started, to whom it was given, or a connection. */
export const Usage = z.discriminatedUnion("by", [
  z.strictObject({ by: z.enum(["server", "run"]), lastAt: Timestamp, count: z.int() }),
  z.strictObject({ by: z.literal("connection"), name: ConnectionName }),
]);
export type Usage = z.infer<typeof Usage>;

const ListedSecret = SecretMetadata.extend({ usedBy: z.array(Usage).optional() });

const MovedItem = z.strictObject({
  name: ItemName,
  key: ItemName,
  outcome: z.enum(["copied", "replaced", "same", "kept", "refused", "failed", "planned"]),
  code: ErrorCode.optional(),
  isTakenOut: z.boolean().optional(),
});

const RestoredItem = z.strictObject({
  from: SecretKey,
  key: ItemName,
  action: z.enum(["create", "replace", "same", "keep", "refuse"]),
  code: ErrorCode.optional(),
});

/** One thing that `doctor` looked at, and what to do about it. */
export const Finding = z.strictObject({
  check: z.enum([
    "storage",
    "protection",
    "index",
    "values",
    "pending",
    "permissions",
    "lock",
    "plaintext",
    "environment",
    "activity",
    "strangers",
  ]),
  level: z.enum(["ok", "notice", "problem"]),
  text: PublicText,
  fix: PublicText.nullable(),
  isFixed: z.boolean(),
});
export type Finding = z.infer<typeof Finding>;

/** What each verb answers with `--json`, inside of `cliDocument`. */
export const cliData = {
  set: z.strictObject({ change: SecretChange, secret: SecretMetadata }),
  list: z.strictObject({ secrets: z.array(ListedSecret), storage: StorageStatus }),
  show: z.strictObject({ secret: ListedSecret }),
  /** With `--plan` nothing is removed, and `wouldRemove` names what would be. */
  rm: z.strictObject({ removed: z.array(SecretKey), wouldRemove: z.array(SecretKey).optional() }),
  rename: z.strictObject({ from: SecretKey, secret: SecretMetadata }),
  alias: z.strictObject({ key: SecretKey, aliases: z.array(EnvName) }),
  env: z.strictObject({
    variables: z.array(
      z.strictObject({
        name: EnvName,
        key: SecretKey,
        storageBackend: StorageBackendName,
        protection: Protection,
        isSet: z.boolean(),
        code: ErrorCode.nullable(),
      }),
    ),
  }),
  import: z.strictObject({ items: z.array(MovedItem), isDone: z.boolean() }),
  migrate: z.strictObject({ items: z.array(MovedItem), isDone: z.boolean() }),
  backup: z.strictObject({ keys: z.array(SecretKey), unreadable: z.array(SecretKey) }),
  restore: z.strictObject({ items: z.array(RestoredItem), isDone: z.boolean() }),
  rehearse: z.strictObject({ restored: z.int(), problems: z.array(RestoredItem) }),
  unlock: z.strictObject({ storage: StorageStatus }),
  recover: z.strictObject({
    recovered: z.array(SecretKey),
    left: z.array(
      z.strictObject({ key: SecretKey, code: z.union([ErrorCode, z.literal("several-versions")]) }),
    ),
  }),
  doctor: z.strictObject({ findings: z.array(Finding) }),
  audit: z.strictObject({ events: z.array(AuditEvent) }),
  verify: AuditVerification,
} as const;
export type CliData = { readonly [V in keyof typeof cliData]: z.input<(typeof cliData)[V]> };

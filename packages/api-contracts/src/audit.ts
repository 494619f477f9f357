import * as z from "zod";
import { ErrorCode } from "./error-data.ts";
import { Generation, SecretKey, Timestamp } from "./ids.ts";
import { Protection, StorageBackendName, StorageReason } from "./secrets.ts";

/** Who asked for a step. */
export const AuditActor = z.enum(["person", "app", "server"]);
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
]);
export type AuditAction = z.infer<typeof AuditAction>;

/**
 * One line of the activity log: who, when, what, why, outcome. Never a value, never a hash of one.
 *
 * **Shape** one JSON object a line; `keys` are the secrets concerned.
 */
export const AuditEvent = z.strictObject({
  version: z.literal(1),
  occurredAt: Timestamp,
  actor: AuditActor,
  action: AuditAction,
  outcome: z.enum(["done", "refused", "failed"]),
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
});
export type AuditEvent = z.infer<typeof AuditEvent>;

/** What a package reports; the app adds version and time and decides where it is written. */
export type AuditEntry = Readonly<Omit<AuditEvent, "version" | "occurredAt" | "keys">> & {
  readonly keys: readonly SecretKey[];
};

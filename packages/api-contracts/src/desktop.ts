import * as z from "zod";
import { defineArea } from "./area.ts";
import { Generation, SecretKey, Timestamp } from "./ids.ts";
import { Protection, StorageBackendName } from "./secrets.ts";
import { RedactedText } from "./text.ts";

/**
 * Where the server process stands. It serves while `healthy`, while `overlapping` (the next generation starts beside
 * it) and, but for a server that owns its port, while `draining` (the former generation ends its requests).
 */
export const ServerPhase = z.enum([
  "stopped",
  "starting",
  "ready",
  "healthy",
  "overlapping",
  "draining",
  "unhealthy",
  "stopping",
  "backing-off",
  "failed",
]);
export type ServerPhase = z.infer<typeof ServerPhase>;

/** Why the server is in its phase. `keys` names the secrets whose change caused it. */
export const ServerReason = z.object({
  kind: z.enum([
    "app-start",
    "secrets-changed",
    "person",
    "crashed",
    "not-ready",
    "not-healthy",
    "app-quit",
    "storage-unreadable",
  ]),
  keys: z.array(SecretKey),
});
export type ServerReason = z.infer<typeof ServerReason>;

/** How a server process ended; `code` is null when a signal ended it. */
export const ServerExit = z.object({
  generation: Generation,
  code: z.int().nullable(),
  signal: z
    .string()
    .regex(/^SIG[A-Z0-9]+$/)
    .nullable(),
  occurredAt: Timestamp,
});
export type ServerExit = z.infer<typeof ServerExit>;

/** The server process as the window shows it. `since` is the time of the last phase change. */
export const ServerState = z.object({
  phase: ServerPhase,
  generation: Generation,
  port: z.int().min(1).max(65_535).nullable(),
  reason: ServerReason,
  since: Timestamp,
  startCount: z.int().min(0),
  startLimit: z.int().min(1),
  lastExit: ServerExit.nullable(),
  nextTryAt: Timestamp.nullable(),
  logTail: z.array(RedactedText).max(200),
});
export type ServerState = z.infer<typeof ServerState>;

/**
 * Why a change is not in force: its server failed, Latchkey ended before that was known (`app-closed`), its server is
 * healthy and the key storage could not take it over (`not-stored`), or no process can be started with so much
 * (`too-large`).
 */
export const PendingReason = z.enum([
  "crashed",
  "not-ready",
  "not-healthy",
  "app-closed",
  "not-stored",
  "not-delivered",
  "too-large",
]);
export type PendingReason = z.infer<typeof PendingReason>;

/**
 * A change of secrets that is stored and not yet in force. While `applying`, a server process starts with it; while
 * `pending`, that one has failed, the server runs without the change, and the person tries again, edits or discards.
 * `logTail` has the last lines of the process that failed.
 */
export const ChangeState = z.discriminatedUnion("status", [
  z.object({ status: z.literal("applying"), keys: z.array(SecretKey) }),
  z.object({
    status: z.literal("pending"),
    keys: z.array(SecretKey),
    reason: PendingReason,
    logTail: z.array(RedactedText).max(20),
  }),
]);
export type ChangeState = z.infer<typeof ChangeState>;

export const DesktopState = z.object({
  secretBackend: StorageBackendName,
  protection: Protection,
  serverRestarting: z.boolean(),
  server: ServerState,
  /** The one change that waits; null when everything stored is in force. */
  change: ChangeState.nullable(),
});
export type DesktopState = z.infer<typeof DesktopState>;

const nothing = z.strictObject({});

/** `desktop:*`: the state of the app and of its server process. */
export const desktop = defineArea({
  name: "desktop",
  calls: {
    getState: { request: nothing, response: DesktopState },
    restartServer: { request: nothing, response: z.object({}) },
    stopServer: { request: nothing, response: z.object({}) },
    /** Tries the pending change once more. */
    retryChange: { request: nothing, response: z.object({}) },
    /** Gives the pending change up; what is in force stays. */
    discardChange: { request: nothing, response: z.object({}) },
    openLogsFolder: { request: nothing, response: z.object({}) },
  },
  events: { stateChanged: DesktopState },
});

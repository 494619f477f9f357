import * as z from "zod";
import { defineArea } from "./area.ts";
import { EnvName, SecretKey, Timestamp } from "./ids.ts";
import { SecretValue } from "./text.ts";

/** One place a value can live, in the order of choice. */
export const StorageBackendName = z.enum(["keychain", "safe-storage", "env-file", "memory"]);
export type StorageBackendName = z.infer<typeof StorageBackendName>;

/** What guards a value at rest. */
export const Protection = z.enum(["os-user", "passphrase", "none"]);
export type Protection = z.infer<typeof Protection>;

/** `unreadable` means there, but not now: locked, undecryptable, or the storage changed. */
export const SecretState = z.enum(["present", "absent", "unreadable"]);
export type SecretState = z.infer<typeof SecretState>;

/** Why a storage backend was chosen, or why a stronger one was not. */
export const StorageReason = z.enum([
  "working",
  "requested",
  "no-session-bus",
  "no-secret-service",
  "not-answering",
  "locked",
  "prompt-dismissed",
  "no-default-collection",
  "weak-cipher",
  "no-passphrase",
  "wrong-passphrase",
  "read-only",
  "probe-failed",
  "unsupported-platform",
]);
export type StorageReason = z.infer<typeof StorageReason>;

/** How a value came to Latchkey. */
export const SecretSource = z.enum(["entered", "imported", "generated", "fetched"]);
export type SecretSource = z.infer<typeof SecretSource>;

/** All that is ever shown of a secret. */
export const SecretMetadata = z.object({
  key: SecretKey,
  envName: EnvName,
  /** Further variables of it, which the person opted in to. */
  aliases: z.array(EnvName).optional(),
  storageBackend: StorageBackendName,
  protection: Protection,
  state: SecretState,
  source: SecretSource,
  createdAt: Timestamp,
  updatedAt: Timestamp,
  /** An edit of it is stored and not yet in force. */
  isPending: z.boolean().optional(),
});
export type SecretMetadata = z.infer<typeof SecretMetadata>;

/**
 * Where new values go, and why there. `readable` is false while that place cannot be read;
 * `reason` then says why.
 */
export const StorageStatus = z.object({
  storageBackend: StorageBackendName,
  protection: Protection,
  reason: StorageReason,
  readable: z.boolean(),
});
export type StorageStatus = z.infer<typeof StorageStatus>;

/** What a write did. `unchanged` restarts nothing. */
export const SecretChange = z.enum(["created", "replaced", "unchanged"]);
export type SecretChange = z.infer<typeof SecretChange>;

/** `secrets:*`: the list of what is stored, and the two ways to change it. */
export const secrets = defineArea({
  name: "secrets",
  calls: {
    /** As last seen. */
    status: { request: z.strictObject({}), response: StorageStatus },
    /** Looks anew, after the person unlocked the key storage for example. */
    recheck: { request: z.strictObject({}), response: StorageStatus },
    /** Has the system ask the person to unlock the key storage, and answers when they did, with what it then is. */
    unlock: { request: z.strictObject({}), response: StorageStatus },
    list: { request: z.strictObject({}), response: z.object({ secrets: z.array(SecretMetadata) }) },
    /** `envName` names the variable of an `install.` key, and is refused for the others. */
    upsert: {
      request: z.strictObject({ key: SecretKey, value: SecretValue, envName: EnvName.optional() }),
      response: z.object({ change: SecretChange, secret: SecretMetadata }),
    },
    /** Refused with `secrets.in-use` while connections use it, unless `alsoInUse` is set. */
    remove: {
      request: z.strictObject({ key: SecretKey, alsoInUse: z.boolean().optional() }),
      response: z.object({ key: SecretKey }),
    },
  },
  events: { changed: z.object({ keys: z.array(SecretKey) }) },
});

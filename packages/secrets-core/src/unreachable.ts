import { AppError } from "@latchkey/api-contracts/errors";
import { type StorageBackendName, StorageReason } from "@latchkey/api-contracts/secrets";

/** What passes when the person unlocks: nothing weaker takes the place of such a storage backend meanwhile. */
export const lockedReasons: ReadonlySet<StorageReason> = new Set([
  "locked",
  "prompt-dismissed",
  "no-passphrase",
  "wrong-passphrase",
]);

/** The error of a storage backend that cannot be used now. */
export function unreachable(storageBackend: StorageBackendName, reason: StorageReason): AppError {
  if (lockedReasons.has(reason)) return new AppError("secrets.locked", { storageBackend, reason });
  return new AppError("secrets.unavailable", { storageBackend, reason });
}

/** The reason that `unreachable` put into an error; `undefined` when the error tells of something else. */
export function unreachableReason(error: unknown): StorageReason | undefined {
  if (!(error instanceof AppError)) return undefined;
  const reason = StorageReason.safeParse(error.details.reason).data;
  if (error.code === "secrets.locked") return reason ?? "locked";
  return error.code === "secrets.unavailable" ? (reason ?? "probe-failed") : undefined;
}

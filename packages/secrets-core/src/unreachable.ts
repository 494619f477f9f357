import { AppError } from "@latchkey/api-contracts/errors";
import { type StorageBackendName, StorageReason } from "@latchkey/api-contracts/secrets";

/** The error of a storage backend that cannot be used now. */
export function unreachable(storageBackend: StorageBackendName, reason: StorageReason): AppError {
  if (reason === "locked" || reason === "prompt-dismissed") return new AppError("secrets.locked");
  return new AppError("secrets.unavailable", { storageBackend, reason });
}

/** The reason that `unreachable` put into an error; `undefined` when the error tells of something else. */
export function unreachableReason(error: unknown): StorageReason | undefined {
  if (!(error instanceof AppError)) return undefined;
  if (error.code === "secrets.locked") return "locked";
  if (error.code !== "secrets.unavailable") return undefined;
  return StorageReason.safeParse(error.details.reason).data ?? "probe-failed";
}

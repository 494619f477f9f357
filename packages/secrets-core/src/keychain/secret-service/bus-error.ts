import type { StorageReason } from "@latchkey/api-contracts/secrets";

/** A failed call on the bus. Only its name is kept: the texts come from other programs. */
export class BusError extends Error {
  /** The error's D-Bus name, such as `org.freedesktop.DBus.Error.ServiceUnknown`. */
  readonly dbusName: string;

  constructor(dbusName: string) {
    super(`The bus answered with ${dbusName}.`);
    this.name = "BusError";
    this.dbusName = dbusName;
  }
}

/** Why the Secret Service cannot be used, told by this client rather than by the bus. */
export class SecretServiceError extends Error {
  readonly reason: StorageReason;

  constructor(reason: StorageReason) {
    super(`The Secret Service cannot be used: ${reason}.`);
    this.name = "SecretServiceError";
    this.reason = reason;
  }
}

/** What services answer about an item that is no longer there: gnome-keyring the first, which knows no such object. */
const goneErrors = new Set([
  "org.freedesktop.DBus.Error.UnknownMethod",
  "org.freedesktop.DBus.Error.UnknownObject",
  "org.freedesktop.Secret.Error.NoSuchObject",
]);

/** Whether a call to an item failed because the item is gone: another process may remove one at any time. */
export function isGone(error: unknown): boolean {
  return error instanceof BusError && goneErrors.has(error.dbusName);
}

const reasons: Readonly<Record<string, StorageReason>> = {
  "org.freedesktop.DBus.Error.ServiceUnknown": "no-secret-service",
  "org.freedesktop.DBus.Error.NameHasNoOwner": "no-secret-service",
  "org.freedesktop.DBus.Error.NoReply": "not-answering",
  "org.freedesktop.DBus.Error.Timeout": "not-answering",
  "org.freedesktop.DBus.Error.TimedOut": "not-answering",
  "org.freedesktop.DBus.Error.Disconnected": "no-session-bus",
  "org.freedesktop.Secret.Error.IsLocked": "locked",
};

/** The closed reason behind whatever a call to the Secret Service threw. */
export function reasonOf(error: unknown): StorageReason {
  if (error instanceof SecretServiceError) return error.reason;
  if (!(error instanceof BusError)) return "probe-failed";
  if (error.dbusName.startsWith("org.freedesktop.DBus.Error.Spawn.")) return "no-secret-service";
  return reasons[error.dbusName] ?? "probe-failed";
}

import type { ErrorData } from "./error-data.ts";
import { isRule, rules } from "./rules.ts";
import { isStorageReason, storageReasons } from "./storage-reasons.ts";

/**
 * Every error that Latchkey reports, with the HTTP status and the CLI exit code it becomes.
 * `{name}` in a message is filled from the error's details, and `{next}` with the next step of their storage reason;
 * details never hold a secret value.
 *
 * @see docs/errors.md, kept equal to this table by a test
 */
export const errorTable = {
  "request.invalid": {
    status: 400,
    exitCode: 5,
    message: "The request was refused: {field} {rule}. Nothing was changed; correct it and send it again.",
  },
  "request.untrusted-sender": {
    status: 403,
    exitCode: 4,
    message:
      "The request did not come from Latchkey's own window and was refused. Open Latchkey and try there.",
  },
  "secrets.invalid-key": {
    status: 422,
    exitCode: 5,
    message:
      "The key {key} is not a valid secret key: it {rule}. Use a form such as provider.openai.api-key.",
  },
  "secrets.invalid-value": {
    status: 422,
    exitCode: 5,
    message:
      "The value for {key} was refused before it was written: it {rule}. Correct it and enter it again.",
  },
  "secrets.too-large": {
    status: 413,
    exitCode: 5,
    message:
      "The value for {key} is larger than the {maxBytes} bytes that can be stored. Keep the data in a file and store its password instead.",
  },
  "secrets.reserved-name": {
    status: 422,
    exitCode: 5,
    message: "{envName} changes how a process runs and cannot carry a secret. Choose another name for {key}.",
  },
  "secrets.collision": {
    status: 409,
    exitCode: 5,
    message: "{key} and {otherKey} would both be {envName}. Remove {otherKey} first or choose another key.",
  },
  "secrets.in-use": {
    status: 409,
    exitCode: 5,
    message:
      "Connections use {key} and would lose it, so it was left as it is. Look at which, and have them use another secret first, or confirm.",
  },
  "secrets.absent": {
    status: 404,
    exitCode: 3,
    message: "There is no secret with the key {key}. List the secrets to see the keys that exist.",
  },
  "secrets.locked": {
    status: 423,
    exitCode: 4,
    message: "The key storage is locked ({reason}). Nothing is lost. {next}",
  },
  "secrets.undecryptable": {
    status: 500,
    exitCode: 7,
    message: "The stored value of {key} cannot be read back. Replace it, or restore it from a backup.",
  },
  "secrets.storage-changed": {
    status: 409,
    exitCode: 7,
    message:
      "{key} was kept in {storageBackend}, which no longer has it. Enter it again, or restore the key storage.",
  },
  "secrets.unavailable": {
    status: 503,
    exitCode: 7,
    message: "The key storage {storageBackend} cannot be reached ({reason}). Nothing is lost. {next}",
  },
  "secrets.variable-too-large": {
    status: 413,
    exitCode: 5,
    message:
      "{envName} would be larger than the {maxBytes} bytes that one variable may have. Shorten its value, or let the server read it from a file.",
  },
  "secrets.env-too-large": {
    status: 413,
    exitCode: 5,
    message:
      "All variables together would be larger than the {maxUnits} characters that a process can be started with. Remove secrets that the server does not need.",
  },
  "secrets.busy": {
    status: 503,
    exitCode: 7,
    message: "Another Latchkey process is changing secrets. Try again in a moment.",
  },
  "secrets.not-written": {
    status: 500,
    exitCode: 7,
    message:
      "The value for {key} could not be confirmed after writing. The former state stays in force; try again.",
  },
  "secrets.change-superseded": {
    status: 409,
    exitCode: 5,
    message:
      "The pending change was edited after it was tried, so it was not committed. Look at it again, then commit it.",
  },
  "secrets.weak-protection": {
    status: 409,
    exitCode: 5,
    message:
      "{key} needs a place with protection {protection}, and {storageBackend} has less, so nothing was saved. Unlock or repair the keychain, or set a passphrase.",
  },
  "files.unsafe": {
    status: 500,
    exitCode: 7,
    message: "{file} was not used: it {rule}. Check who put it there, move it away, and try again.",
  },
  "files.failed": {
    status: 500,
    exitCode: 7,
    message:
      "{file} could not be {operation} ({reason}). Check the free space and permissions, and try again.",
  },
  "files.corrupt": {
    status: 500,
    exitCode: 7,
    message: "{file} is damaged and was left as it is. Restore it from its previous copy beside it.",
  },
  "migration.not-finished": {
    status: 409,
    exitCode: 7,
    message: "{key} was left in its old place ({reason}). Run the migration again, then finish it.",
  },
  "migration.unreadable": {
    status: 500,
    exitCode: 7,
    message: "The old place of {key} could not be read ({reason}). Nothing was changed there; try again.",
  },
  "backup.locked": {
    status: 422,
    exitCode: 5,
    message: "The backup does not open with this passphrase or key. Nothing was changed; try another one.",
  },
  "backup.damaged": {
    status: 422,
    exitCode: 7,
    message:
      "The backup is damaged, cut short or not a backup of Latchkey. Nothing was changed; use another copy of it.",
  },
  "backup.incomplete": {
    status: 409,
    exitCode: 7,
    message:
      "{key} cannot be read now, so no backup was written. Unlock or repair its storage, or leave unreadable secrets out.",
  },
  "backup.exists": {
    status: 409,
    exitCode: 5,
    message: "There is already a file {file}, and it was left as it is. Choose another name for the backup.",
  },
  "audit.failed": {
    status: 500,
    exitCode: 7,
    message:
      "The activity log could not be written ({reason}), so the step was not done. Check the disk and try again.",
  },
  "extensions.invalid": {
    status: 422,
    exitCode: 5,
    message:
      "The extension was not loaded: {field} {rule}. Ask its author for a corrected one, or remove it.",
  },
  "extensions.too-many-calls": {
    status: 429,
    exitCode: 4,
    message: "The extension asks for more than it may at once. Wait for the answers, then ask again.",
  },
  "server.invalid-env": {
    status: 500,
    exitCode: 5,
    message: "The server's environment is not valid: {field} {rule}. Start the server through Latchkey.",
  },
  "server.unauthorized": {
    status: 401,
    exitCode: 4,
    message: "The request had no valid token of this server generation. Ask Latchkey for the current one.",
  },
  "server.not-found": {
    status: 404,
    exitCode: 3,
    message: "The server has no such address. See the README for the addresses it has.",
  },
  "server.unhealthy": {
    status: 503,
    exitCode: 6,
    message:
      "The server did not become healthy ({reason}). Read its last lines, correct the cause and restart it.",
  },
  "server.stopped": {
    status: 503,
    exitCode: 6,
    message: "The server was stopped before it became healthy. Start it again when you want it.",
  },
  "access.refused": {
    status: 403,
    exitCode: 4,
    message:
      "The secret of the connection was not used, because access was not given ({reason}). Look at Access, then ask again.",
  },
  "connections.off": {
    status: 403,
    exitCode: 4,
    message: "Connections are turned off by the feature flag {field}. Turn it on and start Latchkey again.",
  },
  "connections.absent": {
    status: 404,
    exitCode: 3,
    message: "There is no such connection any more. Look at the list for the connections that exist.",
  },
  "connections.stale": {
    status: 409,
    exitCode: 5,
    message:
      "The connection was changed elsewhere after it was opened, so nothing was saved. Open it again and repeat the change.",
  },
  "connections.name-taken": {
    status: 409,
    exitCode: 5,
    message: "There is a connection with this name at this provider already. Choose another name.",
  },
  "connections.in-use": {
    status: 409,
    exitCode: 5,
    message:
      "The connection is in use, so it was not deleted. Look at what uses it, then confirm that you want to delete it.",
  },
  "connections.invalid-field": {
    status: 422,
    exitCode: 5,
    message: "Nothing was saved: {field} {rule}. Correct it and save again.",
  },
  "connections.address-changed": {
    status: 409,
    exitCode: 5,
    message:
      "The address or program was changed, and a saved secret goes only where it was saved for, so nothing was saved. Enter {field} again, or put the former address back.",
  },
  "connections.use-declined": {
    status: 403,
    exitCode: 4,
    message:
      "{key} was not used for {field}, because you did not agree. Enter a secret of its own, or choose again.",
  },
  "connections.secret-exists": {
    status: 409,
    exitCode: 5,
    message: "{field} has a saved secret already. Replace it instead.",
  },
  "connections.read-only": {
    status: 409,
    exitCode: 5,
    message:
      "The provider {providerId} is not there, so its connections can be looked at and deleted only. Turn on the extension that brings it.",
  },
  "connections.no-workspace": {
    status: 409,
    exitCode: 5,
    message: "No workspace is open, so nothing was saved there. Open its folder first.",
  },
  "providers.absent": {
    status: 404,
    exitCode: 3,
    message:
      "There is no provider {providerId}. Choose one of the list, or turn on the extension that brings it.",
  },
  "connections.unconfirmed": {
    status: 409,
    exitCode: 5,
    message:
      "The file of the workspace was changed outside of Latchkey, so nothing was done with this connection. Look at all of it and save it first.",
  },
  "internal.unexpected": {
    status: 500,
    exitCode: 1,
    message: "Something unexpected failed. Nothing more is known here; the log of the app has the details.",
  },
} as const satisfies Record<string, { status: number; exitCode: number; message: string }>;

export type ErrorCode = keyof typeof errorTable;

/** What an error tells besides its code: names, numbers and closed words, never a value. */
export const detailNames = [
  "envName",
  "field",
  "file",
  "key",
  "maxBytes",
  "maxUnits",
  "operation",
  "otherKey",
  "protection",
  "providerId",
  "reason",
  "rule",
  "storageBackend",
] as const;
export type ErrorDetails = Readonly<Partial<Record<(typeof detailNames)[number], string | number>>>;

/** The English message of a code, with its details filled in. A missing detail shows as `?`. */
export function messageOf(code: ErrorCode, details: ErrorDetails): string {
  const words = new Map<string, string | number>(Object.entries(details));
  if (isRule(details.rule)) words.set("rule", rules[details.rule]);
  const { message } = errorTable[code];
  if (message.includes("{next}") && isStorageReason(details.reason)) {
    const { why, next } = storageReasons[details.reason];
    words.set("reason", why).set("next", next);
  }
  return message.replace(/\{(\w+)\}/g, (_, name: string) => String(words.get(name) ?? "?"));
}

/** An error with a code of the table. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: { cause?: unknown } = {}) {
    super(messageOf(code, details), options);
    this.name = "AppError";
    this.code = code;
    this.details = details;
  }
}

/** Turns whatever was thrown into data for a border. Anything but an `AppError` loses its text there. */
export function toErrorData(error: unknown): ErrorData {
  const known = error instanceof AppError ? error : new AppError("internal.unexpected");
  return { code: known.code, message: known.message, details: { ...known.details } };
}

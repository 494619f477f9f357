import type { StorageReason } from "./secrets.ts";

/** Why a key storage was taken or cannot be used, in words for an error, and the next step that only this reason has. */
export const storageReasons = {
  working: { why: "it works", next: "There is nothing to do." },
  requested: { why: "it was asked for", next: "Ask for another place to keep secrets elsewhere." },
  "no-session-bus": {
    why: "there is no session bus",
    next: "Start it from a desktop session, or name the bus in DBUS_SESSION_BUS_ADDRESS.",
  },
  "no-secret-service": {
    why: "no keychain service runs",
    next: "Start a keychain service such as GNOME Keyring or KWallet.",
  },
  "not-answering": {
    why: "the keychain does not answer",
    next: "Restart the keychain service, or sign out and in.",
  },
  locked: { why: "the keychain is locked", next: "Unlock it and try again." },
  "prompt-dismissed": {
    why: "the question to unlock the keychain was dismissed",
    next: "Ask for it again and confirm the question; where none appears, unlock it in the keychain's own app.",
  },
  "no-default-collection": {
    why: "the keychain has no default collection",
    next: "Create a default keyring in the keychain's own app.",
  },
  "weak-cipher": {
    why: "the system has only a cipher with a known key",
    next: "Set up a keychain for this desktop.",
  },
  "no-passphrase": { why: "no passphrase was given", next: "Give the passphrase of the sealed file." },
  "wrong-passphrase": {
    why: "the passphrase does not open the sealed file",
    next: "Give the passphrase with which the file was sealed.",
  },
  "read-only": { why: "the data folder is read-only", next: "Make the data folder writable." },
  "probe-failed": {
    why: "a test entry could not be written and read back",
    next: "Look at the keychain in its own app, and for free disk space.",
  },
  "unsupported-platform": { why: "it is not known on this system", next: "Choose another key storage." },
} as const satisfies Record<StorageReason, { why: string; next: string }>;

/** Whether it is one of the closed words. */
export function isStorageReason(word: unknown): word is StorageReason {
  return typeof word === "string" && Object.hasOwn(storageReasons, word);
}

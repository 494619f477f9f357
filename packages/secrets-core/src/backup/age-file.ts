import { AppError } from "@latchkey/api-contracts/errors";
import { armor, Decrypter, Encrypter } from "age-encryption";
import { defaultWorkFactor, passphraseIdentity, passphraseRecipient } from "./passphrase-stanza.ts";

/** Who can open a backup: whoever knows the passphrase, or has the identity of one of the recipients. */
export type BackupLock = Readonly<
  | {
      passphrase: string;
      /** Default 18. **Units** the exponent of 2 of scrypt's N; 18 takes about a second and 256 MiB. */
      workFactor?: number;
    }
  | { recipients: readonly string[] }
>;

/** What opens a backup: its passphrase, or identities, `AGE-SECRET-KEY-1...`. */
export type BackupUnlock = Readonly<{ passphrase: string } | { identities: readonly string[] }>;

/**
 * Seals a text as an armored age file, which the `age` program opens too.
 *
 * @throws TypeError for an empty passphrase, no recipient, or a malformed one
 * @see https://age-encryption.org/v1
 */
export async function sealAge(text: string, lock: BackupLock): Promise<string> {
  const encrypter = new Encrypter();
  if ("passphrase" in lock) {
    if (lock.passphrase === "") throw new TypeError("A backup needs a passphrase that is not empty.");
    encrypter.addRecipient(passphraseRecipient(lock.passphrase, lock.workFactor ?? defaultWorkFactor));
  } else {
    if (lock.recipients.length === 0) throw new TypeError("A backup needs a recipient.");
    try {
      for (const recipient of lock.recipients) encrypter.addRecipient(recipient);
    } catch {
      throw new TypeError("A recipient of a backup begins with age1.");
    }
  }
  return armor.encode(await encrypter.encrypt(text));
}

/**
 * Opens an age file, armored or not, as a whole: of one that is cut short or changed nothing is given.
 *
 * @throws `backup.locked` when passphrase and identities do not fit, `backup.damaged`
 */
export async function openAge(file: Uint8Array, unlock: BackupUnlock): Promise<string> {
  const decrypter = new Decrypter();
  try {
    if ("passphrase" in unlock) decrypter.addIdentity(passphraseIdentity(unlock.passphrase));
    else for (const identity of unlock.identities) decrypter.addIdentity(identity.trim());
  } catch {
    throw new AppError("backup.locked");
  }
  try {
    return await decrypter.decrypt(binaryOf(file), "text");
  } catch (error) {
    const isLocked = error instanceof Error && error.message.startsWith("no identity matched");
    throw new AppError(isLocked ? "backup.locked" : "backup.damaged");
  }
}

function binaryOf(file: Uint8Array): Uint8Array {
  const isArmored = Buffer.from(file.subarray(0, 64))
    .toString("latin1")
    .trimStart()
    .startsWith("-----BEGIN AGE");
  return isArmored ? armor.decode(Buffer.from(file).toString("latin1")) : file;
}

import { randomBytes, scrypt } from "node:crypto";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type Identity, type Recipient, Stanza } from "age-encryption";

const label = "age-encryption.org/v1/scrypt";
const saltLength = 16;
/** As much work as the `age` program asks of itself. **Units** the exponent of 2. */
export const defaultWorkFactor = 18;
/** More memory than 1 GiB is not spent on a file that asks for it. */
const maxWorkFactor = 20;

/**
 * Wraps an age file key with a passphrase, off the main thread: the package's own way computes scrypt in it and would
 * freeze a window for a second. The cipher is not Node's, which Electron has not.
 *
 * @see https://age-encryption.org/v1#scrypt-recipient-stanza
 */
export function passphraseRecipient(passphrase: string, workFactor: number): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const salt = randomBytes(saltLength);
      const key = await deriveKey(passphrase, salt, workFactor);
      const body = chacha20poly1305(key, new Uint8Array(12)).encrypt(fileKey);
      return [new Stanza(["scrypt", encode(salt), String(workFactor)], body)];
    },
  };
}

/** Unwraps what `passphraseRecipient`, or the `age` program, wrapped; `null` when the passphrase does not fit. */
export function passphraseIdentity(passphrase: string): Identity {
  return {
    async unwrapFileKey(stanzas) {
      const [stanza] = stanzas.filter(({ args }) => args[0] === "scrypt");
      if (!stanza) return null;
      const [, saltText = "", factorText = ""] = stanza.args;
      const salt = Buffer.from(saltText, "base64");
      const workFactor = Number(factorText);
      const isSound =
        stanzas.length === 1 &&
        stanza.args.length === 3 &&
        stanza.body.length === 32 &&
        salt.length === saltLength &&
        encode(salt) === saltText &&
        /^[1-9][0-9]*$/.test(factorText) &&
        workFactor <= maxWorkFactor;
      if (!isSound) throw new Error("invalid scrypt stanza");
      return open(await deriveKey(passphrase, salt, workFactor), stanza.body);
    },
  };
}

function open(key: Uint8Array, body: Uint8Array): Uint8Array | null {
  try {
    return chacha20poly1305(key, new Uint8Array(12)).decrypt(body);
  } catch {
    return null;
  }
}

function deriveKey(passphrase: string, salt: Uint8Array, workFactor: number): Promise<Uint8Array> {
  const options = { N: 2 ** workFactor, r: 8, p: 1, maxmem: 2 ** (workFactor + 11) };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, Buffer.concat([Buffer.from(label), salt]), 32, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

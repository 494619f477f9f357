import { createHmac, randomBytes } from "node:crypto";

/** The attributes of the item whose secret is the key of the proofs. It is not among the entries of the service. */
export function proofKeyAttributes(service: string): { service: string; username: string } {
  return { service: `${service}-index`, username: "proof-key" };
}

const keyBytes = 32;

/** A new key, and the text that is kept of it. */
export function newProofKey(): { key: Buffer; text: Buffer } {
  const key = randomBytes(keyBytes);
  return { key, text: Buffer.from(key.toString("base64")) };
}

/** The key of a text that was kept; `undefined` for any other text. */
export function readProofKey(text: Buffer | undefined): Buffer | undefined {
  const key = Buffer.from(text?.toString("latin1") ?? "", "base64");
  return key.length === keyBytes ? key : undefined;
}

/**
 * Tells that a value is the one of an account. Only who can read the keychain can make or test one, so it says nothing
 * of the value to whoever reads the index.
 */
export function proofOf(key: Uint8Array, account: string, value: Uint8Array): string {
  const digest = createHmac("sha256", key).update(`${account}\0`).update(value).digest();
  return digest.subarray(0, 16).toString("base64url");
}

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** The algorithm's name on the bus. */
export const transferAlgorithm = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

/**
 * The Second Oakley Group. Node's own Diffie-Hellman lacks it inside Electron, whose crypto library left out the
 * small groups; what it guards here never leaves the machine.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2409#section-6.2
 */
const prime = BigInt(
  "0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
);
const primeBytes = 128;

/** The two sides' agreement on a key for secrets on the bus. */
export type KeyAgreement = {
  publicKey: Buffer;
  /** The key shared with the side whose public key this is. */
  agree(theirPublicKey: Uint8Array): TransferKey;
};

/** Seals and opens secrets on their way over the bus. */
export type TransferKey = {
  seal(plain: Uint8Array): { iv: Buffer; sealed: Buffer };
  /** @throws Error when the text was not sealed with this key */
  open(iv: Uint8Array, sealed: Uint8Array): Buffer;
};

/** @see https://specifications.freedesktop.org/secret-service-spec/latest/ch07s03.html */
export function startKeyAgreement(): KeyAgreement {
  // 256 bits are twice what the group's strength can use, and keep the exponentiation near a millisecond.
  const secret = toBigInt(randomBytes(32));
  return {
    publicKey: toBytes(power(2n, secret)),
    agree(theirPublicKey) {
      const theirs = toBigInt(theirPublicKey);
      if (theirs <= 1n || theirs >= prime - 1n) throw new Error("The public key is outside the group.");
      const shared = toBytes(power(theirs, secret));
      return transferKey(Buffer.from(hkdfSync("sha256", shared, Buffer.alloc(0), Buffer.alloc(0), 16)));
    },
  };
}

function transferKey(key: Buffer): TransferKey {
  return {
    seal(plain) {
      const iv = randomBytes(16);
      const cipher = createCipheriv("aes-128-cbc", key, iv);
      return { iv, sealed: Buffer.concat([cipher.update(plain), cipher.final()]) };
    },
    open(iv, sealed) {
      const decipher = createDecipheriv("aes-128-cbc", key, iv);
      return Buffer.concat([decipher.update(sealed), decipher.final()]);
    },
  };
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % prime;
    square = (square * square) % prime;
  }
  return result;
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);
}

function toBytes(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(primeBytes * 2, "0"), "hex");
}

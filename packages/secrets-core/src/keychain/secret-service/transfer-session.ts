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
const blockBytes = 16;

/** The two sides' agreement on a key for secrets on the bus. */
export type KeyAgreement = {
  publicKey: Buffer;
  /** The key shared with the side whose public key this is. */
  agree(theirPublicKey: Uint8Array): TransferKey;
};

/** Seals and opens secrets on their way over the bus. */
export type TransferKey = {
  seal(plain: Uint8Array): SealedText;
  /** All in one pass of the cipher. @throws Error when a text was not sealed with this key */
  open(texts: readonly SealedText[]): Buffer[];
};

/** A secret on its way. */
export type SealedText = Readonly<{ iv: Uint8Array; sealed: Uint8Array }>;

/** @see https://specifications.freedesktop.org/secret-service-spec/latest/ch07s03.html */
export function startKeyAgreement(): KeyAgreement {
  // 160 bits are twice what the group's strength can use, and keep the exponentiation below a millisecond.
  const secret = randomBytes(20);
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
    open(texts) {
      for (const { iv, sealed } of texts) {
        if (iv.length !== blockBytes || sealed.length === 0 || sealed.length % blockBytes !== 0)
          throw new Error("The sealed text has another form.");
      }
      // In this mode the block before the first one is the initialisation vector, so texts can stand in a row.
      const decipher = createDecipheriv("aes-128-cbc", key, Buffer.alloc(blockBytes)).setAutoPadding(false);
      const plain = decipher.update(Buffer.concat(texts.flatMap(({ iv, sealed }) => [iv, sealed])));
      let end = 0;
      return texts.map(({ sealed }) => {
        const start = end + blockBytes;
        end = start + sealed.length;
        return withoutPadding(plain.subarray(start, end));
      });
    },
  };
}

/** @see https://www.rfc-editor.org/rfc/rfc5652#section-6.3 */
function withoutPadding(padded: Buffer): Buffer {
  const count = padded.at(-1) ?? 0;
  const end = padded.length - count;
  if (count < 1 || count > blockBytes || padded.subarray(end).some((byte) => byte !== count))
    throw new Error("The text was not sealed with this key.");
  return padded.subarray(0, end);
}

/** Four bits of the exponent at a time, the highest first. */
function power(base: bigint, exponent: Uint8Array): bigint {
  const powers = [1n];
  for (let at = 1; at < 16; at++) powers.push(((powers[at - 1] ?? 1n) * base) % prime);
  let result = 1n;
  for (const byte of exponent) {
    for (const digit of [byte >> 4, byte & 15]) {
      for (let square = 0; square < 4; square++) result = (result * result) % prime;
      result = (result * (powers[digit] ?? 1n)) % prime;
    }
  }
  return result;
}

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);
}

function toBytes(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(primeBytes * 2, "0"), "hex");
}

/** At least a block of the cipher `none`. */
const BLOCK_BYTES = 8;
const SEED_BYTES = 32;

/**
 * An Ed25519 key as OpenSSH writes one without a passphrase, which `ssh2` reads; of the PEM that it makes itself of such
 * a key it reads nothing.
 *
 * @param pem PKCS #8, which ends with the 32 bytes of the key
 * @param publicBlob the public key in the form of SSH, which ends with its 32 bytes
 * @see https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.key
 * @see https://www.rfc-editor.org/rfc/rfc8410#section-7
 */
export function toOpenSshText(pem: string, publicBlob: Buffer): string {
  const seed = Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ""), "base64").subarray(-SEED_BYTES);
  const publicKey = publicBlob.subarray(-SEED_BYTES);
  const check = Buffer.alloc(8);
  const secret = [
    check,
    field("ssh-ed25519"),
    field(publicKey),
    field(Buffer.concat([seed, publicKey])),
    field(""),
  ];
  const bytes = secret.reduce((sum, part) => sum + part.length, 0);
  const padding = Buffer.from(Array.from({ length: -bytes & (BLOCK_BYTES - 1) }, (_, index) => index + 1));
  const blob = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    field("none"),
    field("none"),
    field(""),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([...secret, padding])),
  ]);
  const lines = blob.toString("base64").match(/.{1,70}/g) ?? [];
  return ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join(
    "\n",
  );
}

/** A length in four bytes, and what has it. */
function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

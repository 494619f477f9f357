import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import type { Cipher } from "../src/safe-storage/cipher.ts";

/** A cipher as weak as a host's may be: deterministic and unauthenticated. Another `secret` is another machine. */
export function createTestCipher({ name = "gnome_libsecret", secret = "canary-host" } = {}): Cipher {
  const key = createHash("sha256").update(secret).digest();
  const iv = Buffer.alloc(16, " ");
  return {
    encrypt(text) {
      const cipher = createCipheriv("aes-256-cbc", key, iv);
      return Buffer.concat([cipher.update(text), cipher.final()]);
    },
    decrypt(sealed) {
      const decipher = createDecipheriv("aes-256-cbc", key, iv);
      return Buffer.concat([decipher.update(sealed), decipher.final()]).toString();
    },
    describe: () => ({ isAvailable: true, name }),
  };
}

/** The same cipher with answers that come later, as Electron's newer methods give them. */
export function laterCipher(cipher: Cipher): Cipher {
  return {
    encrypt: async (text) => cipher.encrypt(text),
    decrypt: async (sealed) => cipher.decrypt(sealed),
    describe: async () => cipher.describe(),
  };
}

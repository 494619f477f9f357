import { createHash } from "node:crypto";
import { basename } from "node:path";
import * as z from "zod";
import type { SecretBackend } from "../src/index.ts";
import {
  createEnvFileBackend,
  createKeychainBackend,
  createSafeStorageBackend,
  openSecretStore,
} from "../src/index.ts";

/** The storage backends that a soak runs on. */
export const Kind = z.enum(["env-file", "safe-storage", "keychain"]);
export type Kind = z.infer<typeof Kind>;

/** Opens the store of a folder on one storage backend. */
export function openSoakStore(folder: string, kind: Kind) {
  const backends = [backendOf(folder, kind)];
  return openSecretStore({ folder, appId: "latchkey", backends, onAudit: async () => undefined });
}

/** A folder's own place; the keychain is the one of `DBUS_SESSION_BUS_ADDRESS`. */
export function backendOf(folder: string, kind: Kind): SecretBackend {
  if (kind === "env-file") return createEnvFileBackend({ folder });
  if (kind === "keychain") return createKeychainBackend({ service: basename(folder) });
  const mask = createHash("sha512").update("canary-host").digest();
  const turn = (bytes: Uint8Array) =>
    Buffer.from(bytes.map((byte, i) => byte ^ (mask[i % mask.length] ?? 0)));
  const cipher = {
    encrypt: (text: string) => turn(Buffer.from(text)),
    decrypt: (sealed: Uint8Array) => turn(sealed).toString(),
    describe: () => ({ isAvailable: true, name: "soak" }),
  };
  return createSafeStorageBackend({ folder, cipher });
}

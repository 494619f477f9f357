import { createSecretServiceItems } from "../migration/secret-service-items.ts";
import type { SecretBackend } from "../secret-backend.ts";
import { splitValues } from "../split-values.ts";
import { createKeyringBackend } from "./keyring-backend.ts";
import { listEntries } from "./list-entries.ts";
import { createSecretServiceBackend } from "./secret-service/secret-service-backend.ts";
import { askToUnlock } from "./secret-service/unlock.ts";
import { unlockable } from "./unlockable.ts";

/**
 * A credential of Windows holds 2,560 bytes, and text lies in it as UTF-16.
 *
 * @see https://learn.microsoft.com/windows/win32/api/wincred/ns-wincred-credentialw
 */
const maxWindowsUnits = 1_280;

/** The settings of a keychain, complete. */
export type KeychainOptions = Readonly<{
  /** The service name that all entries carry: `secret-tool search --all service <name>` shows them. */
  service: string;
  /** What a person reads before the key in their key manager. */
  product: string;
  /** **Units** milliseconds for each call. */
  deadlineMs: number;
  /** The environment that names the session bus; asked anew for each connection. */
  env: () => NodeJS.ProcessEnv;
}>;

export type KeychainBackendOptions = Partial<KeychainOptions> & Pick<KeychainOptions, "service">;

/**
 * Keeps values in the operating system's keychain: on Linux the Secret Service, elsewhere the system's own through
 * `@napi-rs/keyring`.
 */
export function createKeychainBackend(options: KeychainBackendOptions): SecretBackend {
  const complete: KeychainOptions = {
    product: "Latchkey",
    deadlineMs: 4_000,
    env: () => process.env,
    ...options,
  };
  const { service, deadlineMs } = complete;
  if (process.platform === "linux") {
    const list = () => listEntries(createSecretServiceItems({ env: complete.env(), deadlineMs }), service);
    return unlockable({ ...createSecretServiceBackend(complete), list }, (signal) =>
      askToUnlock(complete, signal),
    );
  }
  const backend = createKeyringBackend(complete);
  return process.platform === "win32" ? splitValues(backend, { maxUnits: maxWindowsUnits }) : backend;
}

import type { SecretBackend } from "../secret-backend.ts";
import { createKeyringBackend } from "./keyring-backend.ts";
import { createSecretServiceBackend } from "./secret-service/secret-service-backend.ts";

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
    deadlineMs: 5_000,
    env: () => process.env,
    ...options,
  };
  return process.platform === "linux" ? createSecretServiceBackend(complete) : createKeyringBackend(complete);
}

import {
  createEnvFileBackend,
  createKeychainBackend,
  type IndexRecovery,
  type OnAudit,
  openSecretStore,
  recoverIndex,
  type SecretBackend,
  type SecretStore,
} from "@latchkey/secrets-core";
import type { Folders } from "./folders.ts";

/** Where a person's secrets are looked for and kept; the same for the app and the command line. */
export const storeNames = { appId: "latchkey", service: "latchkey" } as const;

/** Opens the person's store. @throws as `openSecretStore` */
export function openStore(folders: Folders, onAudit: OnAudit): Promise<SecretStore> {
  return openSecretStore({
    folder: folders.data,
    appId: storeNames.appId,
    backends: backendsOf(folders),
    onAudit,
  });
}

/** What tells that there is no such storage here, rather than that it does not answer now. */
const missing = new Set(["no-session-bus", "no-secret-service", "unsupported-platform"]);

/**
 * Builds the person's index anew when it is damaged together with its copy. Where there is no keychain it is left
 * out; what lies in one that comes later is then a stranger, which the store can take in.
 *
 * @throws as `recoverIndex`
 */
export async function recoverStore(folders: Folders): Promise<IndexRecovery> {
  const all = backendsOf(folders);
  const reasons = await Promise.all(all.map((backend) => backend.probe()));
  const backends = all.filter((_, i) => !missing.has(reasons[i] ?? "working"));
  return recoverIndex({ folder: folders.data, appId: storeNames.appId, backends });
}

function backendsOf(folders: Folders): SecretBackend[] {
  return [
    createKeychainBackend({ service: storeNames.service }),
    createEnvFileBackend({ folder: folders.data }),
  ];
}

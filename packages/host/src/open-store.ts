import {
  createEnvFileBackend,
  createKeychainBackend,
  type OnAudit,
  openSecretStore,
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
    backends: [
      createKeychainBackend({ service: storeNames.service }),
      createEnvFileBackend({ folder: folders.data }),
    ],
    onAudit,
  });
}

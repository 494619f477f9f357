import { type Folders, foldersOf, openAudit, openStore } from "@latchkey/host";
import type { SecretStore } from "@latchkey/secrets-core";

/** The person's store with its activity log, for the length of one verb. */
export type OpenedStore = AsyncDisposable & Readonly<{ store: SecretStore; folders: Folders }>;

/** @throws as `openSecretStore` and `openAudit` */
export async function openStoreForPerson(): Promise<OpenedStore> {
  const folders = foldersOf("latchkey");
  const audit = await openAudit(folders);
  const store = await openStore(folders, (entry) => audit.append(entry));
  return {
    store,
    folders,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await audit[Symbol.asyncDispose]();
    },
  };
}

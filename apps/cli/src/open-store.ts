import { type Folders, foldersOf, openAudit, openHostConnections, openStore } from "@latchkey/host";
import type { EnvSnapshot, SecretStore } from "@latchkey/secrets-core";
import { tellUnrecorded } from "./run/run-problems.ts";

/** The person's store with its activity log, for the length of one verb. */
export type OpenedStore = AsyncDisposable &
  Readonly<{
    store: SecretStore;
    folders: Folders;
    /** What programs get of all that is stored: without what the broker alone uses, with aliases. */
    delivery: () => Promise<EnvSnapshot>;
  }>;

/** @throws as `openSecretStore` and `openAudit` */
export async function openStoreForPerson(): Promise<OpenedStore> {
  const folders = foldersOf("latchkey");
  let isTold = false;
  const audit = await openAudit(folders, {
    onUnrecorded() {
      if (!isTold) process.stderr.write(`${tellUnrecorded()}\n`);
      isTold = true;
    },
  });
  const store = await openStore(folders, (entry) => audit.append(entry));
  return {
    store,
    folders,
    async delivery() {
      const connections = openHostConnections({
        folders,
        secrets: store,
        onAudit: (entry) => audit.append(entry),
        onChanged: () => undefined,
        onProvidersChanged: () => undefined,
        onError(error) {
          throw error;
        },
      });
      return connections.shape(await store.snapshot());
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await audit[Symbol.asyncDispose]();
    },
  };
}

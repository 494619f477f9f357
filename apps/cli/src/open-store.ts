import type { Connection } from "@latchkey/api-contracts/connections";
import { AppError } from "@latchkey/api-contracts/errors";
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
    /** None where they are turned off. @throws as `openConnectionStore` */
    connections: () => Promise<readonly Connection[]>;
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
  const open = () =>
    openHostConnections({
      folders,
      secrets: store,
      onAudit: (entry) => audit.append(entry),
      onChanged: () => undefined,
      onProvidersChanged: () => undefined,
      onError(error) {
        throw error;
      },
    });
  return {
    store,
    folders,
    delivery: async () => open().shape(await store.snapshot()),
    async connections() {
      try {
        const opened = await open().open();
        return (await opened.store.list()).connections;
      } catch (error) {
        if (error instanceof AppError && error.code === "connections.off") return [];
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await audit[Symbol.asyncDispose]();
    },
  };
}

import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type { Protection, StorageBackendName } from "@latchkey/api-contracts/secrets";
import * as z from "zod";

/** A part of a split value has a further number, and is found through its first entry. */
export const WholeVersion = z.string().regex(/^[a-z0-9]{12}$/);

/** An entry that lies in a storage backend, whether an index knows it or not. */
export type FoundEntry = Readonly<{
  key: SecretKey;
  version: string;
  storageBackend: StorageBackendName;
  protection: Protection;
  /** Its variable, where the storage tells. */
  envName?: EnvName;
  /** Set where the storage itself has another entry of the key that readers take. */
  isShadowed?: boolean;
}>;

/** What lies in one storage backend under the name of a store: its entries, and how many things of another form. */
export type Listing = Readonly<{ entries: readonly FoundEntry[]; others: number }>;

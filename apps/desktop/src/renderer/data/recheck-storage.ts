import type { StorageStatus } from "@latchkey/api-contracts/secrets";
import { bridge } from "./bridge.ts";
import { connectionsKey } from "./connections.ts";
import { storageQuery } from "./queries.ts";
import { queryClient } from "./query-client.ts";

/** Has the key storage looked at anew, and shows what was found. */
export function recheckStorage(): Promise<void> {
  return show(() => bridge.secrets.recheck());
}

/** Has the system ask the person to unlock the key storage, and shows what came of it. */
export function unlockStorage(): Promise<void> {
  return show(() => bridge.secrets.unlock());
}

async function show(look: () => Promise<StorageStatus>): Promise<void> {
  try {
    queryClient.setQueryData(storageQuery.queryKey, await look());
  } finally {
    // Where the look itself fails, reading anew shows why.
    await Promise.all(
      [["secrets"], connectionsKey].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    );
  }
}

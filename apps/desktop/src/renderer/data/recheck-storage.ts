import { bridge } from "./bridge.ts";
import { storageQuery } from "./queries.ts";
import { queryClient } from "./query-client.ts";

/** Has the key storage looked at anew, and shows what was found. */
export async function recheckStorage(): Promise<void> {
  try {
    queryClient.setQueryData(storageQuery.queryKey, await bridge.secrets.recheck());
  } finally {
    // Where the look itself fails, reading anew shows why.
    await queryClient.invalidateQueries({ queryKey: ["secrets"] });
  }
}

import type { DesktopState } from "@latchkey/api-contracts/desktop";
import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { queryOptions } from "@tanstack/react-query";
import { bridge } from "./bridge.ts";

/** What is stored, sorted by key. */
export const secretsQuery = queryOptions({
  queryKey: ["secrets", "list"],
  queryFn: async () => sortedByKey((await bridge.secrets.list()).secrets),
});

/** Where new values go, and why there. */
export const storageQuery = queryOptions({
  queryKey: ["secrets", "status"],
  queryFn: () => bridge.secrets.status(),
});

/** The state of the app and of its server process. An event that came during the call is newer than its answer. */
export const desktopQuery = queryOptions({
  queryKey: ["desktop", "state"],
  queryFn: async ({ client, queryKey }): Promise<DesktopState> => {
    const before = client.getQueryState(queryKey)?.dataUpdateCount;
    const answer = await bridge.desktop.getState();
    const now = client.getQueryState<DesktopState>(queryKey);
    return now?.data && now.dataUpdateCount !== before ? now.data : answer;
  },
});

/** The order of the list: by key, as a person reads it, the same in every language. */
export function sortedByKey(secrets: readonly SecretMetadata[]): SecretMetadata[] {
  return secrets.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
}

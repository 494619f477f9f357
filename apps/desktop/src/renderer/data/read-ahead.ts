import { connectionsQuery, providersQuery } from "./connections.ts";
import { queryClient } from "./query-client.ts";

/** Reads what the next screen will ask for, once the first one stands; so it opens with its list. */
export function readAhead(): void {
  requestIdleCallback(() => {
    void queryClient.prefetchQuery(connectionsQuery);
    void queryClient.prefetchQuery(providersQuery);
  });
}

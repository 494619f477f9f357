import type { Connection } from "@latchkey/api-contracts/connections";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import { queryOptions } from "@tanstack/react-query";
import { bridge } from "./bridge.ts";
import { queryClient } from "./query-client.ts";

/** What every question about connections begins with. */
export const connectionsKey = ["connections"] as const;

/** The connections by name, with the open workspace. Never a value. */
export const connectionsQuery = queryOptions({
  queryKey: [...connectionsKey, "list"],
  async queryFn() {
    const { connections, ...rest } = await bridge.connections.list();
    return { ...rest, connections: sortedByName(connections) };
  },
});

/** What would stop working without a connection. */
export const usageQuery = (id: Connection["id"]) =>
  queryOptions({
    queryKey: [...connectionsKey, "usage", id],
    queryFn: async () => (await bridge.connections.usage({ id })).usage,
  });

/** What would stop working without a secret. */
export const secretUsageQuery = (key: SecretKey) =>
  queryOptions({
    queryKey: [...connectionsKey, "usage", key],
    queryFn: async () => (await bridge.connections.usage({ key })).usage,
  });

/** The kinds of services, by id. */
export const providersQuery = queryOptions({
  queryKey: ["providers", "list"],
  queryFn: async () => (await bridge.providers.list()).providers,
});

/** Puts what a call answered into the list at once; the event that follows reads it anew. */
export function showConnection(connection: Connection): void {
  queryClient.setQueryData(
    connectionsQuery.queryKey,
    (known) =>
      known && {
        ...known,
        connections: sortedByName([
          ...known.connections.filter(({ id }) => id !== connection.id),
          connection,
        ]),
      },
  );
}

export function hideConnection(id: Connection["id"]): void {
  queryClient.setQueryData(
    connectionsQuery.queryKey,
    (known) => known && { ...known, connections: known.connections.filter((other) => other.id !== id) },
  );
}

function sortedByName(connections: readonly Connection[]): Connection[] {
  const names = new Intl.Collator(undefined, { numeric: true });
  return connections.toSorted(
    (one, other) => names.compare(one.displayName, other.displayName) || (one.id < other.id ? -1 : 1),
  );
}

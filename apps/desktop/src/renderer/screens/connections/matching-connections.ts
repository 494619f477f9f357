import type { Connection } from "@latchkey/api-contracts/connections";

/** What the list is narrowed to; an empty text lets everything through. */
export interface ConnectionFilter {
  readonly query: string;
  readonly group: string;
  readonly scope: string;
  readonly state: string;
}

export const noFilter: ConnectionFilter = { query: "", group: "", scope: "", state: "" };

/** The connections whose name, service or slug has every word of the search, and that fit the other filters. */
export function matchingConnections(
  connections: readonly Connection[],
  { query, group, scope, state }: ConnectionFilter,
  serviceOf: (connection: Connection) => { title: string; group: string },
): Connection[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return connections.filter((connection) => {
    const service = serviceOf(connection);
    const text = `${connection.displayName} ${connection.slug} ${service.title}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (group === "" || service.group === group) &&
      (scope === "" || connection.scope === scope) &&
      (state === "" || connection.state === state)
    );
  });
}

import type { ConnectionId, RequesterId } from "@latchkey/api-contracts/ids";

/** A requester and a connection. */
export type Pair = Readonly<{ requesterId: RequesterId; connectionId: ConnectionId }>;

export const keyOf = ({ requesterId, connectionId }: Pair) => `${requesterId} ${connectionId}`;

export const isPair = (pair: Pair) => (other: Pair) => keyOf(other) === keyOf(pair);

import type { ToolId } from "@latchkey/api-contracts/access";
import { type ConnectionId, type ProviderId, RequesterId } from "@latchkey/api-contracts/ids";
import type { Access } from "./access.ts";
import type { Requester } from "./ports.ts";

/** What the tools of the server can do: know connections by name, ask for one, and use it through the broker. */
export type ToolAccess = Pick<Access, "requestAccess" | "fetch" | "requesterStopped"> &
  Readonly<{
    listConnections: (
      providerIds: readonly ProviderId[],
    ) => Promise<readonly Readonly<{ id: ConnectionId; providerId: ProviderId; displayName: string }>[]>;
  }>;

const prefix = "tool:";

/** The requester that a tool is. */
export const requesterOfTool = (toolId: ToolId): RequesterId => RequesterId.parse(prefix + toolId);

/** A tool is who the server says it is; nobody vouches for it. `undefined` for another kind of requester. */
export function findTool(requesterId: RequesterId): Requester | undefined {
  if (!requesterId.startsWith(prefix)) return undefined;
  return { requesterId, name: requesterId.slice(prefix.length), isVerified: false };
}

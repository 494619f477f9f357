import { ServerAnnouncement } from "@latchkey/api-contracts/server";
import { ANNOUNCE_PREFIX } from "@latchkey/api-contracts/server-names";

/** The port that a line announces; undefined when the line is another one, or of another incarnation. */
export function readAnnouncement(line: string, nonce: string): number | undefined {
  if (!line.startsWith(ANNOUNCE_PREFIX)) return undefined;
  try {
    const announcement = ServerAnnouncement.parse(JSON.parse(line.slice(ANNOUNCE_PREFIX.length)));
    return announcement.nonce === nonce ? announcement.port : undefined;
  } catch {
    return undefined;
  }
}

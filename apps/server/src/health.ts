import type { HealthResponse, ReadyResponse } from "@latchkey/api-contracts/server";
import { serverPaths } from "@latchkey/api-contracts/server-names";
import type { ServerConfig } from "./config.ts";

/**
 * What an open path answers, undefined for every other path. The port is announced once start-up is done, so whoever
 * can ask is told that it is.
 */
export function healthAnswer(
  { generation, nonce }: ServerConfig,
  path: string | undefined,
): HealthResponse | ReadyResponse | undefined {
  if (path === serverPaths.ready) return { status: "ready", generation, nonce };
  if (path === serverPaths.health) return { status: "healthy", generation, nonce };
  return undefined;
}

import type { EnvName } from "@latchkey/api-contracts/ids";
import type { StartInput } from "./env.ts";

/** What the server needs to know, in its own words. */
export type ServerConfig = {
  host: string;
  /** 0 until the system has chosen one. */
  port: number;
  generation: number;
  nonce: string;
  token: string;
  names: readonly EnvName[];
  secrets: ReadonlyMap<EnvName, string>;
  parentWatch: "stdin" | "none";
};

/** Turns the environment that was read into the server's configuration. */
export function toConfig({ control, secrets }: StartInput): ServerConfig {
  return {
    host: control.LATCHKEY_SERVER_HOST,
    port: control.LATCHKEY_SERVER_PORT,
    generation: control.LATCHKEY_SERVER_GENERATION,
    nonce: control.LATCHKEY_SERVER_NONCE,
    token: control.LATCHKEY_SERVER_TOKEN,
    names: [...new Set(control.LATCHKEY_SERVER_SECRET_NAMES)].toSorted(),
    secrets,
    parentWatch: control.LATCHKEY_SERVER_PARENT,
  };
}

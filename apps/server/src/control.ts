import type { EnvName } from "@latchkey/api-contracts/ids";
import type { ServerEnv } from "@latchkey/api-contracts/server";

/** The names of the control variables; none of them can be the name of a secret. */
export const controlNames = [
  "LATCHKEY_SERVER_HOST",
  "LATCHKEY_SERVER_PORT",
  "LATCHKEY_SERVER_GENERATION",
  "LATCHKEY_SERVER_TOKEN",
  "LATCHKEY_SERVER_NONCE",
  "LATCHKEY_SERVER_TOOLS_PORT",
  "LATCHKEY_SERVER_SECRET_NAMES",
  "LATCHKEY_SERVER_PARENT",
] as const satisfies readonly (keyof ServerEnv)[];

/**
 * Reads the control variables as `ServerEnv` of the contract does, without loading a validator: a start waits for
 * this. A test holds the two to one another.
 *
 * @returns undefined where the contract refuses; the contract then says why
 */
export function readControl(env: NodeJS.ProcessEnv): ServerEnv | undefined {
  const host = env["LATCHKEY_SERVER_HOST"] ?? "127.0.0.1";
  const port = Number(env["LATCHKEY_SERVER_PORT"] ?? 0);
  const generation = Number(env["LATCHKEY_SERVER_GENERATION"]);
  const token = env["LATCHKEY_SERVER_TOKEN"] ?? "";
  const nonce = env["LATCHKEY_SERVER_NONCE"] ?? "";
  const toolsPort = Number(env["LATCHKEY_SERVER_TOOLS_PORT"] ?? 0);
  const names = namesIn(env["LATCHKEY_SERVER_SECRET_NAMES"] ?? "");
  const parent = env["LATCHKEY_SERVER_PARENT"] ?? "none";
  const isAccepted =
    host === "127.0.0.1" &&
    isPort(port) &&
    isPort(toolsPort) &&
    isCount(generation) &&
    /^[A-Za-z0-9_-]{43}$/.test(token) &&
    /^[A-Za-z0-9_-]{22}$/.test(nonce) &&
    names.every(isEnvName);
  if (!isAccepted || (parent !== "stdin" && parent !== "none")) return undefined;
  return {
    LATCHKEY_SERVER_HOST: host,
    LATCHKEY_SERVER_PORT: port,
    LATCHKEY_SERVER_GENERATION: generation,
    LATCHKEY_SERVER_TOKEN: token,
    LATCHKEY_SERVER_NONCE: nonce,
    LATCHKEY_SERVER_TOOLS_PORT: toolsPort,
    LATCHKEY_SERVER_SECRET_NAMES: names,
    LATCHKEY_SERVER_PARENT: parent,
  };
}

const namesIn = (list: string) => (list === "" ? [] : list.split(","));

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;

const isPort = (value: number) => isCount(value) && value <= 65_535;

const isEnvName = (name: string): name is EnvName => name.length <= 200 && /^[A-Z_][A-Z0-9_]*$/.test(name);

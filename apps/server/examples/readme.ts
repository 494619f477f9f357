import type { EnvName } from "@latchkey/api-contracts/ids";
import { EnvironmentResponse } from "@latchkey/api-contracts/server";
import { toConfig } from "../src/config.ts";
import { takeServerEnv } from "../src/env.ts";
import { buildServer } from "../src/server.ts";

const config = toConfig(
  await takeServerEnv({
    LATCHKEY_SERVER_GENERATION: "1",
    LATCHKEY_SERVER_TOKEN: "t".repeat(43),
    LATCHKEY_SERVER_NONCE: "n".repeat(22),
    LATCHKEY_SERVER_SECRET_NAMES: "PROVIDER_OPENAI_API_KEY",
    PROVIDER_OPENAI_API_KEY: "canary-openai",
  }),
);
const app = buildServer({ ...config, port: 4_000 });

/** Whether the server has a value for the name, as it tells a client that has the token. */
export async function isSet(name: EnvName): Promise<boolean> {
  const response = await app.request("/v1/environment", {
    headers: { host: "127.0.0.1:4000", authorization: `Bearer ${config.token}` },
  });
  const { names } = EnvironmentResponse.parse(await response.json());
  return names.some((entry) => entry.name === name && entry.isSet);
}

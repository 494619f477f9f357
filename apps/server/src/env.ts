import type { EnvName } from "@latchkey/api-contracts/ids";
import type { ServerEnv } from "@latchkey/api-contracts/server";
import { controlNames, readControl } from "./control.ts";

/** What the process was started with: the control variables, and the mapped names that have a value. */
export type StartInput = { control: ServerEnv; secrets: ReadonlyMap<EnvName, string> };

/** Read once, then of no use to a child of this process. */
const KEPT_FROM_CHILDREN = ["LATCHKEY_SERVER_TOKEN", "LATCHKEY_SERVER_NONCE"] as const;

/**
 * Reads the environment, then drops the secrets, the token and the nonce from it, so that no child of this process
 * inherits them. A second call finds them gone. What words a refusal is loaded with the first of them.
 *
 * @throws `server.invalid-env` when a control variable is missing or has the wrong form
 */
export async function takeServerEnv(env: NodeJS.ProcessEnv = process.env): Promise<StartInput> {
  const control = readControl(env);
  const names = control?.LATCHKEY_SERVER_SECRET_NAMES ?? [];
  if (!control || controlNames.some((name) => names.some((listed) => listed === name))) {
    const { refusalOf } = await import("./refuse-env.ts");
    throw refusalOf(env);
  }
  const secrets = new Map<EnvName, string>();
  for (const name of names) {
    const value = env[name];
    if (value !== undefined) secrets.set(name, value);
    delete env[name];
  }
  for (const name of KEPT_FROM_CHILDREN) delete env[name];
  return { control, secrets };
}

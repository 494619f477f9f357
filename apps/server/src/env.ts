import { AppError } from "@latchkey/api-contracts/errors";
import type { EnvName } from "@latchkey/api-contracts/ids";
import { parseAs } from "@latchkey/api-contracts/parse";
import { ServerEnv } from "@latchkey/api-contracts/server";

/** What the process was started with: the control variables, and the mapped names that have a value. */
export type StartInput = { control: ServerEnv; secrets: ReadonlyMap<EnvName, string> };

/** Read once, then of no use to a child of this process. */
const KEPT_FROM_CHILDREN = ["LATCHKEY_SERVER_TOKEN", "LATCHKEY_SERVER_NONCE"] as const;

/**
 * Reads the environment, then drops the secrets, the token and the nonce from it, so that no child of this process
 * inherits them. A second call finds them gone.
 *
 * @throws `server.invalid-env` when a control variable is missing or has the wrong form
 */
export function takeServerEnv(env: NodeJS.ProcessEnv = process.env): StartInput {
  const control = parseAs(ServerEnv, env, "server.invalid-env");
  const secrets = new Map<EnvName, string>();
  for (const name of control.LATCHKEY_SERVER_SECRET_NAMES) {
    if (name in ServerEnv.shape) {
      throw new AppError("server.invalid-env", {
        field: "LATCHKEY_SERVER_SECRET_NAMES",
        rule: "not-allowed",
      });
    }
    const value = env[name];
    if (value !== undefined) secrets.set(name, value);
    delete env[name];
  }
  for (const name of KEPT_FROM_CHILDREN) delete env[name];
  return { control, secrets };
}

import { AppError } from "@latchkey/api-contracts/errors";
import { parseAs } from "@latchkey/api-contracts/parse";
import { ServerEnv } from "@latchkey/api-contracts/server";

/** Says what is wrong with an environment that was refused, in the words of the contract. */
export function refusalOf(env: NodeJS.ProcessEnv): unknown {
  try {
    parseAs(ServerEnv, env, "server.invalid-env");
  } catch (error) {
    return error;
  }
  // What is left is a list of secrets that names a control variable.
  return new AppError("server.invalid-env", { field: "LATCHKEY_SERVER_SECRET_NAMES", rule: "not-allowed" });
}

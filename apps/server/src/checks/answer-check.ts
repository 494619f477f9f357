import { CheckKind, type CheckReport, checkRequests } from "@latchkey/api-contracts/connection-test";
import { AppError } from "@latchkey/api-contracts/errors";
import type { EnvName } from "@latchkey/api-contracts/ids";
import { parseAs } from "@latchkey/api-contracts/parse";
import type { CheckModule } from "./check.ts";
import { createRedact } from "./redact.ts";
import { runCheck } from "./run-check.ts";

/** The names of secrets, by the field of the request that they are for. */
type NamedSecrets = Readonly<Record<string, EnvName | undefined>>;
type Options = { secrets: ReadonlyMap<EnvName, string>; signal: AbortSignal };

/** Each protocol is loaded with its first check. */
const answers = {
  sftp: answerOf(
    (body) => parseAs(checkRequests.sftp, body),
    async () => (await import("./sftp.ts")).sftp,
  ),
  "mcp-stdio": answerOf(
    (body) => parseAs(checkRequests["mcp-stdio"], body),
    async () => (await import("./mcp-stdio.ts")).mcpStdio,
  ),
  "mcp-http": answerOf(
    (body) => parseAs(checkRequests["mcp-http"], body),
    async () => (await import("./mcp-http.ts")).mcpHttp,
  ),
  smtp: answerOf(
    (body) => parseAs(checkRequests.smtp, body),
    async () => (await import("./smtp.ts")).smtp,
  ),
} satisfies Record<CheckKind, (body: unknown, options: Options) => Promise<CheckReport>>;

/**
 * Runs the check of a kind with secrets of this process.
 *
 * @throws `server.not-found` for an unknown kind; `request.invalid`, also when it names a secret that is not here
 */
export async function answerCheck(kind: string, body: unknown, options: Options): Promise<CheckReport> {
  const known = CheckKind.safeParse(kind).data;
  if (!known) throw new AppError("server.not-found");
  return await answers[known](body, options);
}

function answerOf<R extends { secrets: NamedSecrets; timeoutMs: number }>(
  parse: (body: unknown) => R,
  load: () => Promise<CheckModule<R>>,
) {
  return async (body: unknown, { secrets, signal }: Options): Promise<CheckReport> => {
    const request = parse(body);
    checkNames(request.secrets, secrets);
    return await runCheck(await load(), request, { secrets, signal, redact: createRedact(secrets.values()) });
  };
}

/** Only what this process was given as a secret may be used as one; `PATH` and the token are not. */
function checkNames(named: NamedSecrets, secrets: ReadonlyMap<EnvName, string>): void {
  for (const [field, name] of Object.entries(named)) {
    if (name !== undefined && !secrets.has(name)) {
      throw new AppError("request.invalid", { field: `secrets.${field}`, rule: "not-allowed" });
    }
  }
}

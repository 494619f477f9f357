import { type Check, CheckReport, checkPath } from "@latchkey/api-contracts/connection-test";
import { ErrorData } from "@latchkey/api-contracts/error-data";
import { AppError } from "@latchkey/api-contracts/errors";
import { createRedactor } from "@latchkey/secrets-core";
import { askAside, type Launcher, type ServerRequest, type Supervisor } from "@latchkey/supervisor";

/** How long a check may take beyond its own limit: the start of a process, or the wait for a change to end. */
const EXTRA_MS = 10_000;
const DEFAULT_LIMIT_MS = 10_000;

type Ask = (path: string, request: ServerRequest & { signal: AbortSignal }) => Promise<Response>;

/**
 * Runs a check of saved values in the server process, which has the secrets that the check names in its environment.
 * Resolves in any case, at once when the signal ends it.
 */
export function runServerCheck(options: {
  supervisor: Pick<Supervisor, "request">;
  check: Check;
  signal: AbortSignal;
  /** Takes every value in force out of a text. */
  redact: (text: string) => string;
}): Promise<CheckReport> {
  const { supervisor, ...rest } = options;
  return run({ ...rest, ask: supervisor.request });
}

/**
 * Runs a check of values that are not saved, in a server process of its own that has these values, under the names that
 * the check uses, and no other. Nothing of it is kept. Resolves in any case, at once when the signal ends it.
 */
export function runDraftCheck(options: {
  launcher: Launcher;
  env: Readonly<Record<string, string>>;
  check: Check;
  signal: AbortSignal;
  parentEnv?: NodeJS.ProcessEnv;
}): Promise<CheckReport> {
  const { launcher, env, check, signal, parentEnv } = options;
  const ask: Ask = (path, request) =>
    askAside({ launcher, env, path, request, ...(parentEnv && { parentEnv }) });
  return run({ check, signal, redact: createRedactor(Object.values(env)), ask });
}

async function run(options: {
  check: Check;
  signal: AbortSignal;
  redact: (text: string) => string;
  ask: Ask;
}): Promise<CheckReport> {
  const { check, signal, redact, ask } = options;
  const limit = AbortSignal.timeout((check.request.timeoutMs ?? DEFAULT_LIMIT_MS) + EXTRA_MS);
  try {
    const request = { method: "POST", body: check.request, signal: AbortSignal.any([signal, limit]) };
    return redactReport(await readReport(await ask(checkPath(check.kind), request)), redact);
  } catch (error) {
    if (signal.aborted) return { outcome: "cancelled", cause: "cancelled", steps: [], details: "" };
    const cause = limit.aborted ? "timeout" : "internal";
    // Only texts of the error table: whatever else was thrown may quote anything.
    return { outcome: "failed", cause, steps: [], details: error instanceof AppError ? error.message : "" };
  }
}

/** @throws the server's own refusal */
async function readReport(response: Response): Promise<CheckReport> {
  const body: unknown = await response.json();
  if (response.ok) return CheckReport.parse(body);
  const refusal = ErrorData.parse(body instanceof Object && "error" in body ? body.error : undefined);
  throw new AppError(refusal.code, refusal.details);
}

/** The server has done so already; here all values are known, and in more forms. */
function redactReport(report: CheckReport, redact: (text: string) => string): CheckReport {
  const { details, tools } = report;
  return CheckReport.parse({
    ...report,
    details: redact(details).slice(0, 4_096),
    ...(tools && { tools: tools.map((name) => redact(name).slice(0, 128)) }),
  });
}

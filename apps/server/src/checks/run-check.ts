import type { CheckReport } from "@latchkey/api-contracts/connection-test";
import type { EnvName } from "@latchkey/api-contracts/ids";
import { type CheckContext, CheckFailure, type CheckModule } from "./check.ts";
import { describeError, toDetails } from "./details.ts";
import { createSteps } from "./steps.ts";

/** How long cleaning up may hold up the answer. */
const CLEAN_UP_MS = 1_500;

/**
 * Runs a check to its end: well, failed, cancelled by the signal, or over its time. Never rejects, and does not end
 * later than that, whatever the check or the other side does.
 *
 * @param options.redact takes every secret value out of a text
 */
export async function runCheck<R extends { timeoutMs: number }>(
  check: CheckModule<R>,
  request: R,
  options: {
    secrets: ReadonlyMap<EnvName, string>;
    signal: AbortSignal;
    redact: (text: string) => string;
  },
): Promise<CheckReport> {
  const { secrets, signal, redact } = options;
  const steps = createSteps(check.steps, () => performance.now());
  const cleanUps = createCleanUps();
  const detailReaders: (() => string)[] = [];
  const context: CheckContext = {
    begin: steps.begin,
    secret: (name) => secrets.get(name) ?? "",
    onEnd: (cleanUp) => cleanUps.add(cleanUp),
    onDetails: (read) => detailReaders.push(read),
  };
  const limit = startLimit(request.timeoutMs, signal);
  let report: CheckReport;
  try {
    const { tools } = await Promise.race([check.run(request, context), limit.passed]);
    const names = tools?.map((name) => redact(name).slice(0, 128));
    report = { outcome: "ok", steps: steps.end(true), details: "", ...(names && { tools: names }) };
  } catch (error) {
    const cause = check.causeOf(error);
    const texts = [describeError(error), ...detailReaders.map((read) => read())];
    report = {
      outcome: cause === "cancelled" ? "cancelled" : "failed",
      cause,
      steps: steps.end(false),
      details: toDetails(texts, redact),
      ...(error instanceof CheckFailure && error.hostKey && { hostKey: error.hostKey }),
    };
  }
  limit.end();
  await cleanUps.run(report.outcome === "cancelled");
  return report;
}

function startLimit(timeoutMs: number, signal: AbortSignal): { passed: Promise<never>; end: () => void } {
  const done = new AbortController();
  const passed = new Promise<never>((_, reject) => {
    const cancel = () => reject(new CheckFailure("cancelled", "The test was cancelled."));
    const tooLate = () => reject(new CheckFailure("timeout", `There was no end within ${timeoutMs} ms.`));
    const timer = setTimeout(tooLate, timeoutMs);
    done.signal.addEventListener("abort", () => clearTimeout(timer));
    signal.addEventListener("abort", cancel, { signal: done.signal });
    if (signal.aborted) cancel();
  });
  // It may come when nobody listens any more.
  passed.catch(() => undefined);
  return { passed, end: () => done.abort() };
}

/** What is to be cleaned up at the end, the last one first; at once when the end was before. */
function createCleanUps() {
  const cleanUps: Parameters<CheckContext["onEnd"]>[0][] = [];
  let isOver = false;
  return {
    add(cleanUp: (isAborted: boolean) => unknown) {
      if (isOver) void Promise.allSettled([cleanUp(true)]);
      else cleanUps.unshift(cleanUp);
    },
    async run(isAborted: boolean): Promise<void> {
      isOver = true;
      const all = Promise.allSettled(cleanUps.map(async (cleanUp) => await cleanUp(isAborted)));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise((resolve) => (timer = setTimeout(resolve, CLEAN_UP_MS)));
      await Promise.race([all, late]);
      clearTimeout(timer);
    },
  };
}

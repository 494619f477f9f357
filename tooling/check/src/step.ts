import type { TestCount } from "./count-tests.ts";

/** What a step found. A step without tests counts as one: passed, or failed under its own name. */
export type StepResult = { isPassed: boolean; output: string; tests?: TestCount };

/** One thing that `check`, `e2e` or `all` does. */
export type Step = { name: string; run: () => Promise<StepResult> };

/** The sum over steps, for the closing line. */
export type Tally = { passed: number; failed: number };

/**
 * Adds up results. Tests count one each; a test step that failed without a failing test counts one failure, so that
 * a runner that broke down is seen.
 */
export function tally(results: readonly StepResult[]): Tally {
  return results.reduce<Tally>(
    ({ passed, failed }, { isPassed, tests }) => {
      if (tests === undefined)
        return isPassed ? { passed: passed + 1, failed } : { passed, failed: failed + 1 };
      const failures = isPassed ? tests.failures.length : Math.max(1, tests.failures.length);
      return { passed: passed + tests.passed, failed: failed + failures };
    },
    { passed: 0, failed: 0 },
  );
}

/** Runs the steps, at most `width` at a time, and reports each when it ends, in the order in which they end. */
export async function runSteps(
  steps: readonly Step[],
  width: number,
  report: (name: string, result: StepResult, seconds: number) => void,
): Promise<StepResult[]> {
  const waiting = [...steps];
  const results: StepResult[] = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const startedAt = performance.now();
      const result = await step.run().catch((error: unknown) => failureFrom(error));
      report(step.name, result, (performance.now() - startedAt) / 1000);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}

function failureFrom(error: unknown): StepResult {
  return { isPassed: false, output: `${error instanceof Error ? error.message : String(error)}\n` };
}

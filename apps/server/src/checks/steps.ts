import type { TestStep, TestStepName } from "@latchkey/api-contracts/connection-test";

/** Notes which step was under way when, and for how long. */
export type Steps = {
  begin: (name: TestStepName) => void;
  /** All steps of the plan. Of those that were begun the last one is `done` only when all went well. */
  end: (isOk: boolean) => TestStep[];
};

/** @param nowMs a clock that only goes forward. **Units** milliseconds */
export function createSteps(plan: readonly TestStepName[], nowMs: () => number): Steps {
  const begun: { name: TestStepName; atMs: number }[] = [];
  return {
    begin(name) {
      if (begun.at(-1)?.name !== name) begun.push({ name, atMs: nowMs() });
    },
    end(isOk) {
      const endMs = nowMs();
      return plan.map((name): TestStep => {
        const index = begun.findIndex((step) => step.name === name);
        const step = begun[index];
        if (!step) return { name, outcome: "skipped", durationMs: 0 };
        const isLast = index === begun.length - 1;
        const durationMs = Math.max(0, Math.round((begun[index + 1]?.atMs ?? endMs) - step.atMs));
        return { name, outcome: isLast && !isOk ? "failed" : "done", durationMs };
      });
    },
  };
}

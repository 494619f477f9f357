import { expect, test } from "vitest";
import { runSteps, type StepResult, tally } from "./step.ts";

const passing: StepResult = { isPassed: true, output: "" };
const failing: StepResult = { isPassed: false, output: "" };

test("a step without tests counts as one, and tests count one each", () => {
  const tests = { passed: 7, failures: ["a", "b"] };
  expect(tally([passing, failing, { ...failing, tests }])).toEqual({ passed: 8, failed: 3 });
});

test("a test runner that broke down without a failing test counts as a failure", () => {
  expect(tally([{ ...failing, tests: { passed: 7, failures: [] } }])).toEqual({ passed: 7, failed: 1 });
});

test("a step that throws fails with the message, and the others still run", async () => {
  const reported: [string, boolean, string][] = [];
  const steps = [
    { name: "throws", run: async () => Promise.reject(new Error("no display")) },
    { name: "passes", run: async () => passing },
  ];
  await runSteps(steps, 1, (name, { isPassed, output }) => reported.push([name, isPassed, output]));
  expect(reported).toEqual([
    ["throws", false, "no display\n"],
    ["passes", true, ""],
  ]);
});

test("no more steps run at once than asked", async () => {
  let running = 0;
  let most = 0;
  const run = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return passing;
  };
  await runSteps(
    Array.from({ length: 6 }, (_unused, index) => ({ name: String(index), run })),
    2,
    () => undefined,
  );
  expect(most).toBe(2);
});

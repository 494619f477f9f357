import type { StepResult } from "./step.ts";

const isColoured = process.stdout.isTTY && !process.env["NO_COLOR"];
const green = (text: string) => (isColoured ? `\u001b[32m${text}\u001b[39m` : text);
const red = (text: string) => (isColoured ? `\u001b[31m${text}\u001b[39m` : text);

/** Prints one line for a step, and what it said when it failed. */
export function reportStep(name: string, { isPassed, output, tests }: StepResult, seconds: number): void {
  const isGood = isPassed && (tests === undefined || tests.failures.length === 0);
  const counted = tests === undefined ? "" : `  ${tests.passed} passed, ${tests.failures.length} failed`;
  process.stdout.write(`${isGood ? green("✓") : red("✗")} ${name}  ${seconds.toFixed(1)} s${counted}\n`);
  if (isGood) return;
  process.stdout.write(output.replace(/^(?=.)/gm, "    ").trimEnd());
  process.stdout.write("\n");
  for (const title of tests?.failures ?? []) process.stdout.write(`  ${red("✗")} ${title}\n`);
}

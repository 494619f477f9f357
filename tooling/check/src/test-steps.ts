import { readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { countVitest, type TestCount } from "./count-tests.ts";
import { root, runProgram } from "./run-program.ts";
import type { Step, StepResult } from "./step.ts";

const reports = join(root, "node_modules", ".cache", "latchkey");

/** Tests beside their subject, and those of the contracts, which need nothing but Node. */
export const unitTests: Step = {
  name: "unit tests",
  run: () => runVitest(["src/", join("packages", "api-contracts", "test")]),
};

/** Every vitest test: those above, and those that start processes, sessions and servers. */
export const unitAndIntegrationTests: Step = { name: "unit and integration tests", run: () => runVitest([]) };

async function runVitest(filters: readonly string[]): Promise<StepResult> {
  const file = join(reports, "vitest.json");
  await rm(file, { force: true });
  // Many tests wait for processes of theirs, so each core can have a worker.
  const workers = `--maxWorkers=${Math.max(2, availableParallelism())}`;
  const args = [
    "run",
    workers,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
    ...filters,
  ];
  const { code, output } = await runProgram("vitest", args);
  return readCount(file, code, output, countVitest);
}

/** Joins how a test runner ended with what its report counts; a runner without a report, or without tests, failed. */
export async function readCount(
  file: string,
  code: number,
  output: string,
  count: (report: unknown) => TestCount,
): Promise<StepResult> {
  const report = await readFile(file, "utf8").catch(() => "{}");
  const tests = count(JSON.parse(report));
  const isEmpty = tests.passed + tests.failures.length === 0;
  const isPassed = code === 0 && !isEmpty && tests.failures.length === 0;
  return { isPassed, output: isEmpty ? `${output}\nNo test ran.\n` : output, tests };
}

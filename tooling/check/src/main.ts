import { buildStep, e2eSteps } from "./e2e-steps.ts";
import { reportStep } from "./report.ts";
import { soakStep } from "./soak-step.ts";
import { staticSteps } from "./static-steps.ts";
import { runSteps, type Step, type StepResult, tally } from "./step.ts";
import { unitAndIntegrationTests, unitTests } from "./test-steps.ts";

/** `node src/main.ts check|e2e|all [filters for e2e]`; the last line is `N passed, N failed`. */
const [command = "", ...filters] = process.argv.slice(2);

const results: StepResult[] = [];
const run = async (steps: readonly Step[], width = 1) => {
  const ended = await runSteps(steps, width, reportStep);
  results.push(...ended);
  return ended.every(({ isPassed }) => isPassed);
};

switch (command) {
  case "check":
    await run(staticSteps, 2);
    await run([unitTests]);
    break;
  case "e2e":
    await runEndToEnd();
    break;
  case "all":
    await run(staticSteps, 2);
    await run([unitAndIntegrationTests]);
    await runSoakInCi();
    await runEndToEnd();
    break;
  default:
    throw new TypeError(`Say check, e2e or all, not "${command}".`);
}

const { passed, failed } = tally(results);
process.exitCode = failed === 0 ? 0 : 1;
process.stdout.write(`${passed} passed, ${failed} failed\n`);

/** Without a build the end-to-end tests would run an older one; each then counts as failed. */
async function runEndToEnd(): Promise<void> {
  const steps = e2eSteps(filters);
  if (await run([buildStep])) await run(steps);
  else await run(steps.map(({ name }) => ({ name, run: notRun })));
}

async function notRun(): Promise<StepResult> {
  return { isPassed: false, output: "Not run, because the build failed.\n" };
}

/** Kills and power cuts take minutes and need root, for a file system of their own: CI runs them each time. */
async function runSoakInCi(): Promise<void> {
  if (process.env["CI"]) await run([soakStep]);
  else process.stdout.write("• The soak runs in CI, and by `pnpm soak` as root\n");
}

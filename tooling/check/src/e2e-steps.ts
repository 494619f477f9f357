import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resolveRuntime } from "@latchkey/electron-runtime";
import { countPlaywright } from "./count-tests.ts";
import { root, runProgram } from "./run-program.ts";
import type { Step, StepResult } from "./step.ts";
import { readCount } from "./test-steps.ts";
import { openToOthers, type Place } from "./unprivileged.ts";

const isRoot = process.platform === "linux" && process.getuid?.() === 0;

/** Builds what the end-to-end tests run. */
export const buildStep: Step = {
  name: "build",
  run: async () => {
    const { path } = await resolveRuntime(say);
    const args = ["run", "build", "--output-logs=errors-only"];
    const { code, output } = await runProgram("turbo", args, { env: { ELECTRON_EXEC_PATH: path } });
    return { isPassed: code === 0, output };
  },
};

/**
 * The end-to-end tests in real Electron. As root there are two passes: Chromium's sandbox refuses root, so the second
 * runs as a user without rights, with the sandbox on. Any other user's one pass has it on.
 */
export function e2eSteps(filters: readonly string[] = []): Step[] {
  const asSelf: Step = {
    name: isRoot ? "end-to-end tests" : "end-to-end tests, sandbox on",
    run: async () => {
      const { path, folder } = await resolveRuntime(say);
      return runPlaywright({ checkout: root, electron: path, runtime: folder, prefix: [], env: {} }, filters);
    },
  };
  if (!isRoot) return [asSelf];
  const asOther: Step = {
    name: "end-to-end tests, sandbox on, as an unprivileged user",
    run: async () => {
      const { path, folder } = await resolveRuntime(say);
      await using place = await openToOthers({ checkout: root, electron: path, runtime: folder });
      return await runPlaywright(place, filters);
    },
  };
  return [asSelf, asOther];
}

/** Runs Playwright inside a test session of its own; what it leaves goes to a temporary folder, not the checkout. */
async function runPlaywright(
  { checkout, electron, prefix, env }: Place,
  filters: readonly string[],
): Promise<StepResult> {
  const results = env["TMPDIR"] ?? (await mkdtemp(join(tmpdir(), "latchkey-e2e-")));
  try {
    const report = join(results, "report.json");
    const desktop = join(checkout, "apps", "desktop");
    const playwright = createRequire(join(desktop, "package.json")).resolve("@playwright/test/cli");
    const inSession = join(checkout, "tooling", "check", "src", "in-session.ts");
    const test = [
      playwright,
      "test",
      "--reporter=list,json",
      `--output=${join(results, "output")}`,
      ...filters,
    ];
    const words = [...prefix, "node", inSession, "node", ...test];
    const { code, output } = await runProgram(words[0] ?? "node", words.slice(1), {
      cwd: desktop,
      env: {
        ELECTRON_EXEC_PATH: electron,
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
        ...env,
      },
    });
    return await readCount(report, code, output, countPlaywright);
  } finally {
    if (env["TMPDIR"] === undefined) await rm(results, { recursive: true, force: true });
  }
}

function say(progress: string): void {
  process.stdout.write(`• ${progress}\n`);
}

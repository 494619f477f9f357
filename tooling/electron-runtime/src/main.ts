import { describeRuntime, resolveRuntime } from "./runtime.ts";
import { prepareSandbox } from "./sandbox.ts";

/**
 * `node src/main.ts [--sandbox]`: progress on standard error, the runtime as one line of JSON on standard output.
 * With `--sandbox` Chromium's sandbox is made to work for the current user.
 */
try {
  const runtime = await resolveRuntime((progress) => process.stderr.write(`• ${progress}\n`));
  process.stderr.write(`• ${describeRuntime(runtime)}\n`);
  if (process.argv.includes("--sandbox")) await prepareSandbox(runtime.folder);
  process.stdout.write(`${JSON.stringify(runtime)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

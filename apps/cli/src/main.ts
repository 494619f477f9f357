#!/usr/bin/env node
import { isPlainRun } from "./run/parse-run.ts";

// `run` starts programs, so nothing that it does not need is loaded before it.
const [, , ...words] = process.argv;
if (isPlainRun(words)) {
  const { run } = await import("./run/run.ts");
  await run(words.slice(1));
} else {
  const { runCommandLine } = await import("./command-line.ts");
  await runCommandLine(words);
}

#!/usr/bin/env node
import { isPlainRun } from "./run/parse-run.ts";
import { run } from "./run/run.ts";

// `run` starts programs, so nothing that it does not need is loaded before it.
const [, , ...words] = process.argv;
const loading = isPlainRun(words)
  ? run(words.slice(1))
  : import("./start-verb.ts").then(({ startVerb }) => startVerb(words));
loading.catch(() => {
  process.exitCode = 1;
});

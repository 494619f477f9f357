import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import { SetupError } from "./progress.mjs";
import { root } from "./workspace.mjs";

/** @typedef {{ cwd?: string, env?: NodeJS.ProcessEnv }} RunOptions */

/**
 * Runs a step to its end with no input, so that nothing can ask a question. Its output is shown as it comes on a
 * terminal, and elsewhere only when it fails.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions & { purpose: string }} options
 * @throws {SetupError} when it fails
 */
export function runStep(program, args, { purpose, cwd = root, env = process.env }) {
  const isShown = process.stdout.isTTY;
  const result = spawnSync(program, args, {
    cwd,
    env,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: needsShell(program),
    stdio: isShown ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
  });
  if (result.status === 0) return;
  if (!isShown) process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  throw new SetupError(`${purpose} failed; the output above says why.`);
}

/**
 * Runs a program until it ends by itself or by a signal to this process, which is passed on.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {RunOptions & { hasInput?: boolean }} options
 * @returns {Promise<number>} the exit code for this process
 */
export function runForeground(program, args, { cwd = root, env = process.env, hasInput = true } = {}) {
  const child = spawn(program, args, {
    cwd,
    env,
    shell: needsShell(program),
    stdio: [hasInput ? "inherit" : "ignore", "inherit", "inherit"],
  });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole process group: the child has it already.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

/**
 * On Windows npx is a script, which only a shell starts.
 *
 * @param {string} program
 */
function needsShell(program) {
  return process.platform === "win32" && program === "npx";
}

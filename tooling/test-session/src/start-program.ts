import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import type { Guard } from "./guard.ts";
import type { RequiredProgram } from "./required-programs.ts";

/** A program of a session that is running under its guard. */
export type SessionProgram = { child: ChildProcess; stop: () => Promise<void> };

type ProgramOptions = {
  env: NodeJS.ProcessEnv;
  guard: Guard;
  /** Text for standard input, which is closed after it; without it there is none. */
  input?: string;
};

/** Starts a program in a process group of its own. Its standard output is a pipe; so is descriptor 3. */
export function startProgram(
  program: RequiredProgram,
  args: readonly string[],
  { env, guard, input }: ProgramOptions,
): SessionProgram {
  const child = spawn(program, args, {
    env,
    detached: true,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  guard.watch(child);
  if (input !== undefined) child.stdin?.end(input);
  return {
    child,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/**
 * Waits for the first line on one of the program's output descriptors.
 *
 * @throws Error when the program ends before it wrote a line
 */
export async function readFirstLine({ child }: SessionProgram, descriptor: 1 | 3): Promise<string> {
  const stream = child.stdio[descriptor];
  if (!(stream instanceof Readable)) throw new TypeError(`Descriptor ${descriptor} is not an output.`);
  stream.setEncoding("utf8");
  let text = "";
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    const end = text.indexOf("\n");
    if (end !== -1) {
      stream.resume();
      return text.slice(0, end);
    }
  }
  throw new Error(
    `${child.spawnfile} ended before it was ready (exit ${child.exitCode ?? child.signalCode}).`,
  );
}

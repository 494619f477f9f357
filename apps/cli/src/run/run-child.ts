import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable, Writable } from "node:stream";
import { exitCodes } from "../exit-codes.ts";

const forwarded = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"] as const;

/**
 * Starts the program as a child and gives the exit code to end with: its own, or 128 and the number of the signal
 * that ended it. A terminal tells its whole foreground group of a key press, so that is not told twice.
 */
export async function runChild(options: {
  path: string;
  name: string;
  args: readonly string[];
  env: Record<string, string>;
  /** The output streams that pass the redaction of `values`. */
  masked: readonly (1 | 2)[];
  values: readonly string[];
}): Promise<number> {
  const { path, name, args, env, masked, values } = options;
  const isAtTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const received: NodeJS.Signals[] = [];
  let forward = (signal: NodeJS.Signals) => void received.push(signal);
  for (const signal of forwarded) {
    const isFromKeyboard = signal === "SIGINT" || signal === "SIGQUIT";
    process.on(signal, () => {
      if (!(isFromKeyboard && isAtTerminal)) forward(signal);
    });
  }
  const stdio = [0, 1, 2].map((at) => (masked.some((stream) => stream === at) ? "pipe" : "inherit"));
  const child = spawn(path, args, { argv0: name, env, stdio });
  forward = (signal) => void child.kill(signal);
  for (const signal of received) forward(signal);
  const exited: Promise<[number | null, NodeJS.Signals | null]> = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, ended) => resolve([code, ended]));
  });
  // Whether it fails is asked below, when the streams are connected.
  exited.catch(() => undefined);
  const flows = masked.length > 0 ? await maskStreams(child, masked, values) : [];
  try {
    const [code, signal] = await exited;
    await Promise.all(flows);
    return code ?? 128 + (signal ? constants.signals[signal] : 0);
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const exitCode = isMissing ? exitCodes.commandNotFound : exitCodes.cannotExecute;
    const { tellCommandProblem } = await import("./run-problems.ts");
    process.stderr.write(`${tellCommandProblem(exitCode)}\n`);
    return exitCode;
  }
}

async function maskStreams(
  child: { stdout: Readable | null; stderr: Readable | null },
  masked: readonly (1 | 2)[],
  values: readonly string[],
): Promise<Promise<void>[]> {
  const { createRedactionStream } = await import("@latchkey/secrets-core/redaction");
  const pairs = [
    [1, child.stdout, process.stdout],
    [2, child.stderr, process.stderr],
  ] as const;
  return pairs.flatMap(([stream, from, to]) =>
    from && masked.includes(stream) ? [passOn(from, createRedactionStream(values), to)] : [],
  );
}

/** When whoever reads our output is gone, the child's next write meets a closed pipe, as it would without us. */
function passOn(from: Readable, filter: NodeJS.ReadWriteStream, to: Writable): Promise<void> {
  return new Promise((resolve) => {
    to.on("error", () => {
      from.destroy();
      resolve();
    });
    from.pipe(filter);
    filter.on("data", (text: Buffer) => {
      if (!to.write(text)) {
        filter.pause();
        to.once("drain", () => filter.resume());
      }
    });
    filter.on("end", resolve);
    from.on("close", () => filter.end());
  });
}

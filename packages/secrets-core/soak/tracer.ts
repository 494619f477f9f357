import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileThread, type Writer } from "./spawn-writer.ts";

/**
 * The calls of the save path that change something or can fail. `write` is not among them: files are written with
 * `pwrite64`, and the runtime ends when one of its own writes fails.
 */
const calls = {
  file: [
    "open",
    "openat",
    "pwrite64",
    "fsync",
    "fdatasync",
    "ftruncate",
    "rename",
    "link",
    "unlink",
    "mkdir",
    "rmdir",
    "utimensat",
  ],
  /** How messages leave by a socket. */
  message: ["write", "writev", "sendmsg"],
} as const;

/** File calls run on a thread of their own, messages leave from the main one. */
export type CallKind = keyof typeof calls;

/** Meets the first, second, third and so on of each call of a kind, until there are no more of it. */
export async function eachCall(
  kind: CallKind,
  meet: (call: string, number: number) => Promise<boolean>,
): Promise<void> {
  for (const call of calls[kind]) {
    for (let number = 1; await meet(call, number); number++);
  }
}

/**
 * Follows one call of a waiting writer and does to it what the rule says.
 *
 * @see https://man7.org/linux/man-pages/man1/strace.1.html, `inject`
 * @returns the number of calls the rule met, once the writer has ended
 */
export async function trace(
  writer: Writer,
  kind: CallKind,
  call: string,
  rule: string,
): Promise<() => Promise<number>> {
  const thread = kind === "file" ? await fileThread(writer.pid) : String(writer.pid);
  const args = ["-p", thread, "-e", `trace=${call}`, "-e", `inject=${call}:${rule}`];
  const tracer = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
  let met = 0;
  const reader = createInterface({ input: tracer.stderr });
  reader.on("line", (line) => {
    if (line.includes("(INJECTED)") || line.includes("+++ killed by SIGKILL")) met += 1;
  });
  const closed = once(tracer, "close");
  await Promise.race([once(reader, "line"), closed]);
  return async () => {
    await closed;
    return met;
  };
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileThread, type Writer } from "./spawn-writer.ts";

/**
 * The calls of the save path that change something or can fail. `write` is not among them: files are written with
 * `pwrite64`, and the runtime ends when one of its own writes fails.
 */
const fileCalls = [
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
];
/** How messages leave by a socket. */
const messageCalls = ["write", "writev", "sendmsg"];

export type CallKind = "file" | "message";

/** One call of a thread. Short file calls and messages are made on the main thread, long ones on one of their own. */
export type TracedCall = Readonly<{ thread: "main" | "files"; call: string; number: number }>;

/** Meets the first, second, third and so on of each call of a kind, until there are no more of it. */
export async function eachCall(kind: CallKind, meet: (call: TracedCall) => Promise<boolean>): Promise<void> {
  for (const thread of kind === "file" ? (["main", "files"] as const) : (["main"] as const)) {
    for (const call of kind === "file" ? fileCalls : messageCalls) {
      for (let number = 1; await meet({ thread, call, number }); number++);
    }
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
  { thread, call, number }: TracedCall,
  rule: string,
): Promise<() => Promise<number>> {
  const id = thread === "files" ? await fileThread(writer.pid) : String(writer.pid);
  const args = ["-p", id, "-e", `trace=${call}`, "-e", `inject=${call}:${rule}:when=${number}`];
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

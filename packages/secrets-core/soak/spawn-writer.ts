import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterDeath, follow, type Model, type Step } from "./model.ts";
import type { Kind } from "./open-store.ts";

export type WriterOptions = {
  folder: string;
  kind: Kind;
  prefix: string;
  count: number;
  only?: readonly Step[];
};

/** A writer that waits to be told to go. */
export type Writer = {
  pid: number;
  child: ChildProcess;
  go(): void;
  /** The model after the writer ended, however it ended. */
  ended(model: Model): Promise<{ model: Model; acknowledged: number; wasKilled: boolean }>;
};

/** Starts a writer; its file calls go through one thread, which a tracer can follow. */
export async function spawnWriter({ folder, kind, prefix, count, only }: WriterOptions): Promise<Writer> {
  const words = [
    join(import.meta.dirname, "writer.ts"),
    folder,
    kind,
    prefix,
    String(count),
    ...(only ? [only.join()] : []),
  ];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...words], {
    env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  const closed = Promise.all([once(child, "close"), once(reader, "close")]);
  child.stdin.on("error", () => undefined);
  await Promise.race([once(reader, "line"), closed]);
  return {
    pid: child.pid ?? 0,
    child,
    go: () => void child.stdin.write("go\n"),
    async ended(model) {
      await closed;
      const told = lines.filter((line) => line !== "ready").reduce(follow, model);
      return {
        model: afterDeath(told),
        acknowledged: lines.filter((line) => line === "ack").length,
        wasKilled: child.signalCode === "SIGKILL",
      };
    },
  };
}

/** The thread on which a writer's file calls run. */
export async function fileThread(pid: number): Promise<string> {
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const name = await readFile(`/proc/${pid}/task/${thread}/comm`, "utf8");
    if (name.startsWith("libuv-worker")) return thread;
  }
  throw new Error("The writer has no thread for file calls.");
}

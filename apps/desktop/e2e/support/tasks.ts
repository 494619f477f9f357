import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Latchkey } from "./latchkey.ts";

type TraceEvent = {
  ph: string;
  name: string;
  pid: number;
  tid: number;
  tdur?: number;
  args: { name?: string };
};

/** How long the tasks of the window's main thread took. **Units** milliseconds, the longest first. */
export type TaskTimes = {
  /** By the clock, only those over 50 ms, as the page itself sees them; other programs' time is in them. */
  readonly longTasks: readonly number[];
  /** By the processor: what the window itself needed. */
  readonly processorMs: readonly number[];
};

const descending = (a: number, b: number) => b - a;

/** Watches the tasks of the window from now on, until the answer is called. */
export async function watchTasks({ app, page }: Latchkey): Promise<() => Promise<TaskTimes>> {
  await page.evaluate(() => {
    const times: number[] = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) times.push(Math.round(duration));
    }).observe({ entryTypes: ["longtask"] });
    (globalThis as unknown as { longTasks: number[] }).longTasks = times;
  });
  await app.evaluate(({ contentTracing }) =>
    contentTracing.startRecording({ included_categories: ["toplevel"] }),
  );
  return async () => {
    const longTasks = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
    const path = join(tmpdir(), `lk-trace-${process.pid}-${Date.now()}.json`);
    await app.evaluate(({ contentTracing }, file) => contentTracing.stopRecording(file), path);
    const { traceEvents } = JSON.parse(await readFile(path, "utf8")) as { traceEvents: TraceEvent[] };
    await rm(path);
    const threadOf = ({ pid, tid }: TraceEvent) => `${pid}:${tid}`;
    const isName = ({ ph, args }: TraceEvent) => ph === "M" && args.name === "CrRendererMain";
    const mains = new Set(traceEvents.filter(isName).map(threadOf));
    const tasks = traceEvents.filter(
      (event) => event.ph === "X" && event.name.endsWith("RunTask") && mains.has(threadOf(event)),
    );
    return {
      longTasks: longTasks.toSorted(descending),
      processorMs: tasks.map(({ tdur = 0 }) => tdur / 1_000).toSorted(descending),
    };
  };
}

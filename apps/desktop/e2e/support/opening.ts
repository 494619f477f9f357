import type { Latchkey } from "./latchkey.ts";

/** From the click on a screen's link to rows of its list in a painted frame. **Units** milliseconds. */
export interface Opening {
  /** What a person waits; on a busy machine other programs' time is in it. */
  readonly clockMs: number;
  /** What the window's own thread worked. */
  readonly workedMs: number;
}

/** Opens a screen by its link, until the row is in a frame that was drawn. */
export async function measureOpening(
  { page }: Pick<Latchkey, "page">,
  screen: string,
  row: string,
): Promise<Opening> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const workedMs = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0);
  };
  const before = await workedMs();
  const clockMs = await page.evaluate(
    async (seen) => {
      const links = [...document.querySelectorAll<HTMLAnchorElement>("nav a")];
      const link = links.find(({ textContent }) => textContent?.includes(seen.screen));
      const startedAt = performance.now();
      link?.click();
      do await new Promise((resolve) => requestAnimationFrame(resolve));
      while (!document.body.textContent?.includes(seen.row));
      // A frame is laid out and painted after its callbacks; a message that is posted in one comes after that.
      await new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.addEventListener("message", resolve);
        port1.start();
        port2.postMessage(undefined);
      });
      return performance.now() - startedAt;
    },
    { screen, row },
  );
  const after = await workedMs();
  await devtools.detach();
  return { clockMs, workedMs: after - before };
}

/** The least and the median of some times, and both in words. **Units** milliseconds. */
export function figuresOf(times: readonly number[]): { least: number; median: number; text: string } {
  const sorted = times.toSorted((a, b) => a - b);
  const [least = 0, median = 0] = [sorted[0], sorted[Math.floor(sorted.length / 2)]];
  return { least, median, text: `median ${median.toFixed(1)} ms, least ${least.toFixed(1)} ms` };
}

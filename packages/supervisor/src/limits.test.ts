import { expect, test } from "vitest";
import { backoffDelayMs, defaultLimits } from "./limits.ts";

test("the wait doubles with each start, up to the greatest, and lies between half and the whole of it", () => {
  const limits = { ...defaultLimits, backoffMs: 100, maxBackoffMs: 500 };
  const between = (startCount: number) =>
    [0, 1].map((random) => backoffDelayMs(startCount, random, limits)).join(" to ");
  expect([0, 1, 2, 3, 4, 50].map(between)).toEqual([
    "50 to 100",
    "50 to 100",
    "100 to 200",
    "200 to 400",
    "250 to 500",
    "250 to 500",
  ]);
});

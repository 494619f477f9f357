import { expect, test } from "vitest";
import { createAllowance, createWindowLimit } from "./limits.ts";

test("an allowance lets through its burst, then what time gives back", () => {
  const isAllowed = createAllowance(3, 2);
  const atOnce = [0, 0, 0, 0].map((nowMs) => isAllowed(nowMs));
  expect(atOnce).toEqual([true, true, true, false]);
  expect([isAllowed(499), isAllowed(1_000), isAllowed(1_000)]).toEqual([false, true, true]);
});

test("an allowance never saves up more than its burst", () => {
  const isAllowed = createAllowance(2, 100);
  isAllowed(0);
  expect([0, 0, 0].map(() => isAllowed(60_000))).toEqual([true, true, false]);
});

test("a dear one is refused where a cheap one passes", () => {
  const isAllowed = createAllowance(10, 1);
  expect([isAllowed(0, 11), isAllowed(0, 10), isAllowed(0)]).toEqual([false, true, false]);
});

test("the third within a minute is one too many, and an older one does not count", () => {
  const isAllowed = createWindowLimit(3, 60_000);
  expect([0, 10_000, 65_000, 69_000].map((nowMs) => isAllowed(nowMs))).toEqual([true, true, true, false]);
});

import { expect, test } from "vitest";
import { createLogTail } from "./log-tail.ts";

test("keeps the last 200 lines, each of at most 2,000 characters", () => {
  const tail = createLogTail((line) => line);
  for (let count = 1; count <= 205; count += 1) tail.add(1, `${count} ${"x".repeat(3_000)}`);
  const lines = tail.lines();
  expect([lines.length, lines[0]?.slice(0, 2), lines.at(-1)?.slice(0, 4), lines[0]?.length]).toEqual([
    200,
    "6 ",
    "205 ",
    2_000,
  ]);
});

test("redacts the whole line before it cuts it, so that no part of a value is left at the cut", () => {
  const tail = createLogTail((line) => line.replaceAll("canary-value", "[secret]"));
  expect(tail.add(1, `${"x".repeat(1_995)}canary-value`)).not.toContain("canary");
});

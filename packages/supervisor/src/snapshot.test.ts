import { expect, test } from "vitest";
import { copySnapshot, isSameSnapshot } from "./snapshot.ts";

const snapshot = copySnapshot({ env: { A: "1", B: "2" }, names: ["B", "A", "C"] });

test("is the same in another order", () => {
  expect(isSameSnapshot(snapshot, copySnapshot({ env: { B: "2", A: "1" }, names: ["C", "A", "B"] }))).toBe(
    true,
  );
});

test.each([
  ["a value", { env: { A: "1", B: "3" }, names: ["A", "B", "C"] }],
  ["a variable more", { env: { A: "1", B: "2", C: "3" }, names: ["A", "B", "C"] }],
  ["a variable less", { env: { A: "1" }, names: ["A", "B", "C"] }],
  ["a variable of another name", { env: { A: "1", C: "2" }, names: ["A", "B", "C"] }],
  ["a mapped name", { env: { A: "1", B: "2" }, names: ["A", "B"] }],
])("differs by %s", (_, other) => {
  expect(isSameSnapshot(snapshot, copySnapshot(other))).toBe(false);
});

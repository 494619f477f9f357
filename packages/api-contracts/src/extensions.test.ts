import { expect, test } from "vitest";
import { BlockedExtensions } from "./extensions.ts";

const blocked = { id: "acme.models", stop: "flood", blockedAt: "2026-11-22T09:15:00.000Z" };

test.each([
  ["nobody in it", [], true],
  ["one in it", [blocked], true],
  ["one without an id", [{ ...blocked, id: undefined }], false],
  ["a reason that is none", [{ ...blocked, stop: "because" }], false],
  ["a field too many", [{ ...blocked, code: "canary" }], false],
])("the list of blocked extensions with %s", (_what, list, isValid) => {
  expect(BlockedExtensions.safeParse({ version: 1, blocked: list }).success).toBe(isValid);
});

test("a list of a later version is not read as this one", () => {
  expect(BlockedExtensions.safeParse({ version: 2, blocked: [] }).success).toBe(false);
});

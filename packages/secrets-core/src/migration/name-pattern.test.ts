import { expect, test } from "vitest";
import { fillKey, matchName } from "./name-pattern.ts";

test.each([
  [
    "<app>.<provider-id>.<config-id>",
    "old.openai.main",
    { app: "old", "provider-id": "openai", "config-id": "main" },
  ],
  [
    "<app>.<provider-id>.<config-id>",
    "old.openai.my.main",
    { app: "old", "provider-id": "openai", "config-id": "my.main" },
  ],
  ["<app>.<provider-id>.<config-id>", "old.openai", undefined],
  ["keys/<id>", "keys/a/b", { id: "a/b" }],
  ["keys/<id>", "keys/", undefined],
  ["plain (1)+", "plain (1)+", {}],
  ["plain (1)+", "plain 11", undefined],
  ["<a>-<b>", "x\n-y", { a: "x\n", b: "y" }],
])("%s on %j", (pattern, name, captured) => {
  expect(matchName(pattern, name)).toEqual(captured);
});

test("what was captured becomes a segment, and an unknown placeholder is refused", () => {
  expect(fillKey("provider.<id>.token", { id: "github" })).toBe("provider.github.token");
  expect(fillKey("provider.<id>.token", { id: "@acme/x" })).toMatch(
    /^provider\.acme-x--[a-z2-7]{16}\.token$/,
  );
  expect(() => fillKey("provider.<id>.token", {})).toThrow(TypeError);
});

import { anything, assert, property } from "fast-check";
import { expect, test } from "vitest";
import { AppError } from "./errors.ts";
import { parseAs } from "./parse.ts";
import { secrets } from "./secrets.ts";
import { MAX_SECRET_BYTES } from "./text.ts";

const { request } = secrets.calls.upsert;
const key = "provider.openai.api-key";

function refusal(input: unknown): unknown {
  try {
    parseAs(request, input);
    return "accepted";
  } catch (error) {
    return error instanceof AppError ? { code: error.code, ...error.details } : error;
  }
}

test.each([
  ["nothing", undefined, { field: "input", rule: "missing" }],
  ["a number", 7, { field: "input", rule: "wrong-type" }],
  ["no value", { key }, { field: "value", rule: "missing" }],
  ["an empty value", { key, value: "" }, { field: "value", rule: "too-short" }],
  ["a value of the wrong type", { key, value: 1 }, { field: "value", rule: "wrong-type" }],
  ["a value with NUL", { key, value: "canary\0" }, { field: "value", rule: "has-nul" }],
  ["a value with half a character", { key, value: "canary\ud800" }, { field: "value", rule: "not-text" }],
  ["a value of 1 MB", { key, value: "c".repeat(1e6) }, { field: "value", rule: "too-long" }],
  [
    "64 KiB of characters but more bytes",
    { key, value: "é".repeat(40_000) },
    { field: "value", rule: "too-long" },
  ],
  ["an extra field", { key, value: "canary", canary: 1 }, { field: "input", rule: "unknown-field" }],
  ["a key in capitals", { key: "OPENAI", value: "canary" }, { field: "key", rule: "wrong-form" }],
])("%s is refused with the field and the rule", (_name, input, details) => {
  expect(refusal(input)).toEqual({ code: "request.invalid", ...details });
});

test("a value of exactly the limit is accepted", () => {
  expect(refusal({ key, value: "c".repeat(MAX_SECRET_BYTES) })).toBe("accepted");
});

test("a refusal never quotes the input", () => {
  assert(
    property(anything(), (noise) => {
      const text = JSON.stringify(refusal({ key: "canary-key!", value: noise, "canary-field": noise }));
      expect(text).not.toContain("canary");
    }),
  );
});

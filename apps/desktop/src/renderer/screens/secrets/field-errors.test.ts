import { AppError, type ErrorCode, type ErrorDetails, toErrorData } from "@latchkey/api-contracts/errors";
import { MAX_SECRET_BYTES } from "@latchkey/api-contracts/text";
import { expect, test } from "vitest";
import { envNameProblem, fieldOf, keyProblem, valueProblem } from "./field-errors.ts";

test.each([
  ["", "keyMissing"],
  ["OPENAI", "keyForm"],
  ["provider", "keyForm"],
  ["provider.openai.api-key", "keyExists"],
  ["provider.openai.token", undefined],
])("the key %j has the problem %s", (key, problem) => {
  expect(keyProblem(key, [{ key: "provider.openai.api-key" }])).toBe(problem);
});

test.each([
  ["", "valueMissing"],
  ["c".repeat(MAX_SECRET_BYTES + 1), "valueTooLong"],
  ["é".repeat(MAX_SECRET_BYTES), "valueTooLong"],
  ["canary\0", "valueNul"],
  ["canary\ud800", "valueNotText"],
  ["canary\nof two lines", undefined],
])("a value has the problem %#", (value, problem) => {
  expect(valueProblem(value)).toBe(problem);
});

test("the name of a variable is in capitals", () => {
  expect(["", "Session", "SESSION_SECRET"].map(envNameProblem)).toEqual([
    "envNameMissing",
    "envNameForm",
    undefined,
  ]);
});

test.each<[ErrorCode, ErrorDetails, string, string | undefined]>([
  ["request.invalid", { field: "value" }, "provider.a.b", "value"],
  ["request.invalid", { field: "input" }, "provider.a.b", undefined],
  ["secrets.invalid-key", { rule: "known-namespace" }, "canary.a", "key"],
  ["secrets.collision", {}, "provider.a.b", "key"],
  ["secrets.reserved-name", {}, "install.a", "envName"],
  ["secrets.too-large", {}, "provider.a.b", "value"],
  ["secrets.locked", {}, "provider.a.b", undefined],
])("%s %j of %s is shown at %s", (code, details, key, field) => {
  expect(fieldOf(toErrorData(new AppError(code, details)), key)).toBe(field);
});

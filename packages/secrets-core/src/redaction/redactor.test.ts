import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { secretText } from "../../test/arbitraries.ts";
import { createRedactor } from "./redactor.ts";

const value = "canary/+ value?é~(1)";
const bytes = Buffer.from(value);

test.each([
  ["plain", value],
  ["JSON-escaped", JSON.stringify(value).slice(1, -1)],
  ["JSON with escaped slashes", value.replaceAll("/", "\\/")],
  ["JSON in ASCII", value.replaceAll("é", "\\u00e9")],
  ["percent-encoded", encodeURIComponent(value)],
  [
    "percent-encoded in lower case",
    encodeURIComponent(value).replaceAll(/%../g, (escape) => escape.toLowerCase()),
  ],
  ["form-encoded", new URLSearchParams({ a: value }).toString().slice(2)],
  ["hex", bytes.toString("hex")],
  ["hex in upper case", bytes.toString("hex").toUpperCase()],
  ["base64", bytes.toString("base64")],
  ["base64 without padding", bytes.toString("base64").replaceAll("=", "")],
  ["base64url", bytes.toString("base64url")],
])("a value is taken out when it is written %s", (_, form) => {
  expect(createRedactor([value])(`before ${form} after`)).toMatch(/^before \[redacted\]=* after$/);
});

test.each([0, 1, 2, 3])("base64 of a longer text shows nothing of a value %i bytes into it", (offset) => {
  const text = Buffer.from(`${"x".repeat(offset)}${value}yz`).toString("base64");
  const redacted = createRedactor([value])(text);
  expect([redacted.includes("[redacted]"), redacted.length < 20]).toEqual([true, true]);
});

test("each line of a value of several lines is taken out", () => {
  const redact = createRedactor(["-----BEGIN CANARY-----\ncanary-line-1\ncanary-line-2\n"]);
  expect(redact("the key is canary-line-2.")).toBe("the key is [redacted].");
});

test("a short value is taken out where it stands alone, and words keep their letters", () => {
  expect(createRedactor(["ab", "7"])("ab, cab, 7 of 70 ab")).toBe(
    "[redacted], cab, [redacted] of 70 [redacted]",
  );
});

test("a short value may have any character", () => {
  const values = Array.from("-^$\\\\.*+?()[]{}|/é", (character) => `a${character}`);
  expect(createRedactor(values)(values.join("  "))).toBe(values.map(() => "[redacted]").join("  "));
});

test("of values that overlap no part stays", () => {
  expect(createRedactor(["canary-1", "1-yranac", "canary-12"])("x canary-1-yranac canary-12 x")).toBe(
    "x [redacted] [redacted] x",
  );
});

test("text without a value stays as it is, and so does any text when nothing is known", () => {
  expect([
    createRedactor([value])("canary"),
    createRedactor([])("canary"),
    createRedactor([""])("canary"),
  ]).toEqual(["canary", "canary", "canary"]);
});

test("no value of 4 characters or more is left in any text round it", () => {
  const values = fc.array(
    secretText.filter((text) => text.length >= 4 && !"[redacted]".includes(text)),
    { minLength: 1, maxLength: 10 },
  );
  const property = fc.property(values, fc.string(), (values, around) => {
    const redacted = createRedactor(values)(values.map((value) => `${around}${value}`).join(around));
    const rest = redacted.split("[redacted]").filter((part) => part !== "");
    expect(values.filter((value) => rest.some((part) => part.includes(value)))).toEqual([]);
  });
  fc.assert(property, { numRuns: 200 });
});

test("200 values are known at once", () => {
  const values = Array.from({ length: 200 }, () => `canary-${randomUUID()}`);
  const redact = createRedactor(values);
  expect(values.map((value) => redact(`token=${value};`))).toEqual(values.map(() => "token=[redacted];"));
});

import { expect, test } from "vitest";
import { generateSecret } from "./generate-secret.ts";

test.each([
  ["hex", /^[0-9a-f]{40}$/, 16],
  ["letters-digits", /^[0-9a-zA-Z]{40}$/, 62],
  ["base64url", /^[0-9a-zA-Z_-]{40}$/, 64],
] as const)("a value of %s has its length, its characters and all of them", (alphabet, form, count) => {
  const values = Array.from({ length: 400 }, () => generateSecret({ length: 40, alphabet }));
  expect(values.filter((value) => !form.test(value))).toEqual([]);
  expect(new Set(values).size).toBe(400);
  // 16,000 draws: one character that is missing would be one chance in 10^100.
  expect(new Set(values.join("")).size).toBe(count);
});

test("a value can be a random UUID", () => {
  expect(generateSecret({ uuid: true })).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
});

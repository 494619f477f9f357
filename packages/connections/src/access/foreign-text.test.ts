import { ForeignText } from "@latchkey/api-contracts/access";
import { assert, property, string } from "fast-check";
import { expect, test } from "vitest";
import { toForeignText } from "./foreign-text.ts";

test.each([
  ["a line\r\nand more", "a line\\u{d}\\u{a}and more"],
  ["\u202egnp.exe", "\\u{202e}gnp.exe"],
  ["zero\u200bwidth", "zero\\u{200b}width"],
  ["a lone \ud800 half", "a lone \\u{d800} half"],
  ["Модели 🔑", "Модели 🔑"],
  ["é", "é"],
  [`a${"\u0336".repeat(6)}`, `a${"\u0336".repeat(4)}\\u{336}\\u{336}`],
])("%j is shown as %j", (text, shown) => {
  expect(toForeignText(text)).toBe(shown);
});

test("a longer text ends with an ellipsis, and no escape is cut in two", () => {
  expect(toForeignText("x".repeat(200))).toBe("x".repeat(200));
  expect(toForeignText("x".repeat(201))).toBe(`${"x".repeat(199)}…`);
  expect(toForeignText(`${"x".repeat(195)}\u202e`)).toBe(`${"x".repeat(195)}…`);
});

test("whatever the text, what is shown fits the contract", () => {
  assert(
    property(string({ unit: "binary", maxLength: 400 }), (text) => {
      expect(ForeignText.safeParse(toForeignText(text)).success).toBe(true);
    }),
  );
});

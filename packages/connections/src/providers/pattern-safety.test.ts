import { expect, test } from "vitest";
import { isQuickPattern } from "./pattern-safety.ts";

test.each([
  "[a-z0-9.-]+",
  "sk-[A-Za-z0-9_-]{20,}",
  "[a-z]+://[^/]+/.+",
  "(?:https?|ssh)://.+",
  "[a-z](?:[a-z-]*[a-z])?",
  "(?:[a-z][a-z]){4}",
  "\\(\\+\\)+",
  "[(*+?)|]+",
  "(?<year>\\d{4})-\\d\\d",
])("%s is quick", (source) => {
  expect(isQuickPattern(source)).toBe(true);
});

test.each([
  "(a+)+",
  "(a*)*b",
  "(?:a|a)+b",
  "(?:a|aa){2,50}",
  "((a?){30})",
  "(?:(?:a+)b)*",
  "(?:a{1,20}){1,20}",
  "a*a*a*a*b",
  "(a)\\1+",
  "(?=a+)b",
  "(?<!a+)b",
])("%s may be slow", (source) => {
  expect(isQuickPattern(source)).toBe(false);
});

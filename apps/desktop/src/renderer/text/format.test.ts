import { expect, test } from "vitest";
import { formatDuration, formatRelative } from "./format.ts";

const now = Date.parse("2026-03-01T12:00:00.000Z");

test.each([
  ["2026-03-01T11:59:30.000Z", undefined],
  ["2026-03-01T11:55:00.000Z", "5 minutes ago"],
  ["2026-03-01T09:30:00.000Z", "2 hours ago"],
  ["2026-02-28T11:00:00.000Z", "yesterday"],
  ["2025-12-01T12:00:00.000Z", "3 months ago"],
])("%s is %s", (timestamp, text) => {
  expect(formatRelative(timestamp, now, "en")).toBe(text);
});

test("a relative time follows the plural forms of Russian", () => {
  expect(formatRelative("2026-03-01T11:55:00.000Z", now, "ru")).toBe("5 минут назад");
});

test.each([
  [-5, "0 sec"],
  [12_400, "12 sec"],
  [65_000, "1 min 5 sec"],
  [7_500_000, "2 hr 5 min"],
  [86_400_000, "1 day"],
])("a span of %d ms is %s", (ms, text) => {
  expect(formatDuration(ms, "en")).toBe(text);
});

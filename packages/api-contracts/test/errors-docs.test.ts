import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorTable, messageOf } from "../src/errors.ts";
import { StorageReason } from "../src/secrets.ts";
import { storageReasons } from "../src/storage-reasons.ts";

const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");

test("the page of errors has a row for each code of the table, and no other", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const expected = Object.entries(errorTable).map(
    ([code, { status, exitCode, message }]) => `| \`${code}\` | ${status} | ${exitCode} | ${message} |`,
  );
  expect(rows).toEqual(expected);
});

test("every message ends with a next step", () => {
  const single = Object.entries(errorTable).filter(
    ([, { message }]) => !/[.;?)] ?.+([.]|[{]next[}])$/.test(message),
  );
  expect(single).toEqual([]);
});

test("no two storage reasons share their next step, and the message of an error has it", () => {
  const steps = StorageReason.options.map((reason) => storageReasons[reason].next);
  expect(new Set(steps).size).toBe(steps.length);
  const messages = StorageReason.options.map((reason) => messageOf("secrets.locked", { reason }));
  expect(messages.filter((message, i) => !message.endsWith(steps[i] ?? "?"))).toEqual([]);
});

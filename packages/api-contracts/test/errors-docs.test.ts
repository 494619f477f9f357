import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorTable } from "../src/errors.ts";

const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");

test("the page of errors has a row for each code of the table, and no other", () => {
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  const expected = Object.entries(errorTable).map(
    ([code, { status, exitCode, message }]) => `| \`${code}\` | ${status} | ${exitCode} | ${message} |`,
  );
  expect(rows).toEqual(expected);
});

test("every message ends with a next step", () => {
  const single = Object.entries(errorTable).filter(([, { message }]) => !/[.;?)] ?.+[.]$/.test(message));
  expect(single).toEqual([]);
});

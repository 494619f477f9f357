import { expect, test } from "vitest";
import { countPlaywright, countVitest } from "./count-tests.ts";

const spec = (title: string, status: string) => ({ title, tests: [{ status }] });

test("vitest: passed cases count, and failed, skipped and todo ones are named", () => {
  const assertionResults = [
    { fullName: "keeps a value", status: "passed" },
    { fullName: "loses a value", status: "failed" },
    { fullName: "waits", status: "skipped" },
    { fullName: "comes later", status: "todo" },
  ];
  const report = { testResults: [{ name: "/a.test.ts", status: "failed", assertionResults }] };
  expect(countVitest(report)).toEqual({
    passed: 1,
    failures: ["loses a value", "waits (skipped)", "comes later (skipped)"],
  });
});

test("vitest: a file that could not be loaded is one failure", () => {
  const report = { testResults: [{ name: "/broken.test.ts", status: "failed", assertionResults: [] }] };
  expect(countVitest(report)).toEqual({ passed: 0, failures: ["/broken.test.ts"] });
});

test("Playwright: cases count at any depth, and a second try that passed is a failure", () => {
  const report = {
    suites: [
      {
        title: "main-job.spec.ts",
        specs: [spec("opens", "expected"), spec("wavers", "flaky")],
        suites: [{ title: "secrets", specs: [spec("saves", "unexpected"), spec("waits", "skipped")] }],
      },
    ],
    errors: [],
  };
  expect(countPlaywright(report)).toEqual({
    passed: 1,
    failures: [
      "main-job.spec.ts › wavers",
      "main-job.spec.ts › secrets › saves",
      "main-job.spec.ts › secrets › waits (skipped)",
    ],
  });
});

test("Playwright: an error outside of any test is a failure", () => {
  expect(countPlaywright({ suites: [], errors: [{ message: "Error: no such file\n at x" }] })).toEqual({
    passed: 0,
    failures: ["Error: no such file"],
  });
});

test("a report of another shape has no tests", () => {
  expect([countVitest({}), countPlaywright(null), countVitest("text")]).toEqual(
    Array.from({ length: 3 }, () => ({ passed: 0, failures: [] })),
  );
});

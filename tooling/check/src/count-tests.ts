/** What a test runner reported; whatever did not pass is named. */
export type TestCount = { passed: number; failures: readonly string[] };

/** One test case as every runner's report can be read: a title, and how it ended. */
type TestCase = { title: string; outcome: "passed" | "failed" | "skipped" };

/**
 * Counts the cases of a vitest JSON report. A file that could not be loaded has no cases and counts as one failure.
 *
 * @see https://vitest.dev/guide/reporters#json-reporter
 */
export function countVitest(report: unknown): TestCount {
  return count(
    list(field(report, "testResults")).flatMap((file) => {
      const cases = list(field(file, "assertionResults")).map((result): TestCase => {
        const status = text(field(result, "status"));
        return {
          title: text(field(result, "fullName")),
          outcome: status === "passed" || status === "failed" ? status : "skipped",
        };
      });
      const isBroken =
        field(file, "status") === "failed" && !cases.some(({ outcome }) => outcome === "failed");
      return isBroken ? [...cases, { title: text(field(file, "name")), outcome: "failed" as const }] : cases;
    }),
  );
}

/**
 * Counts the cases of a Playwright JSON report. A case that passed on a second try alone is a failure.
 *
 * @see https://playwright.dev/docs/test-reporters#json-reporter
 */
export function countPlaywright(report: unknown): TestCount {
  const broken = list(field(report, "errors")).map(
    (error): TestCase => ({ title: text(field(error, "message")).split("\n")[0] ?? "", outcome: "failed" }),
  );
  return count([...list(field(report, "suites")).flatMap((suite) => casesOfSuite(suite, [])), ...broken]);
}

function casesOfSuite(suite: unknown, above: readonly string[]): TestCase[] {
  const path = [...above, text(field(suite, "title"))];
  const own = list(field(suite, "specs")).flatMap((spec) =>
    list(field(spec, "tests")).map((found): TestCase => {
      const status = field(found, "status");
      const outcome = status === "expected" ? "passed" : status === "skipped" ? "skipped" : "failed";
      return { title: [...path, text(field(spec, "title"))].join(" › "), outcome };
    }),
  );
  return [...own, ...list(field(suite, "suites")).flatMap((child) => casesOfSuite(child, path))];
}

function count(cases: readonly TestCase[]): TestCount {
  const failures = cases.filter(({ outcome }) => outcome !== "passed");
  return {
    passed: cases.length - failures.length,
    failures: failures.map(({ title, outcome }) => (outcome === "skipped" ? `${title} (skipped)` : title)),
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

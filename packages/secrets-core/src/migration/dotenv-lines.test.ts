import * as fc from "fast-check";
import { expect, test } from "vitest";
import { secretText } from "../../test/arbitraries.ts";
import { commentOut, readDotenv } from "./dotenv-lines.ts";

const name = fc.constantFrom("A_TOKEN", "B_TOKEN", "C.key", "d-e", "export");
const value = fc.oneof(
  secretText.map((text) => `'${text.replaceAll("'", "")}'`),
  secretText.map((text) => `"${text.replaceAll('"', "")}"`),
  secretText.map((text) => `\`${text.replaceAll("`", "")}\``),
  secretText,
);
const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("", "export ", "  "),
      name,
      fc.constantFrom("=", " = ", ": "),
      value,
      fc.constantFrom("", " # x"),
    )
    .map((parts) => parts.join("")),
  fc.constantFrom("", "# canary comment", "not an assignment", "'", '"'),
);
const file = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.constantFrom("\n", "\r\n"))
  .map(([lines, end]) => lines.join(end) + end);

test("of any file the named assignments go, and every other name reads as before, or nothing is done", () => {
  let done = 0;
  const property = fc.property(file, fc.subarray(["A_TOKEN", "B_TOKEN", "C.key", "d-e"]), (text, names) => {
    const before = readDotenv(text);
    const edited = commentOut(text, new Set(names), "moved");
    if (edited === undefined) return;
    done += 1;
    expect([...readDotenv(edited)]).toEqual([...before].filter(([name]) => !names.includes(name)));
  });
  fc.assert(property, { numRuns: 1_000 });
  expect(done).toBeGreaterThan(500);
});

test("of a value in several lines, or of a name that is there twice, nothing stays", () => {
  const text = "A='canary-1\ncanary-2' # canary-3\nB=x\nexport A = canary-4\n";
  expect(commentOut(text, new Set(["A"]), "moved")).toBe("# A moved\nB=x\n# A moved\n");
});

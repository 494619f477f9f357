import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { text as readText } from "node:stream/consumers";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { secretText } from "../../test/arbitraries.ts";
import { createRedactionFilter, createRedactionStream } from "./redaction-filter.ts";
import { createRedactor } from "./redactor.ts";
import { secretForms } from "./secret-forms.ts";

function filterPieces(values: readonly string[], pieces: readonly string[]): string {
  const filter = createRedactionFilter(values);
  return pieces.map((piece) => filter.push(piece)).join("") + filter.end();
}

/** A text made of forms of the values, parts of them and other words, cut anywhere. */
const cutText = fc
  .uniqueArray(
    secretText.filter((text) => text.length >= 4),
    { minLength: 1, maxLength: 4 },
  )
  .chain((values) => {
    const forms = values.flatMap((value) => [...secretForms(value)]).filter((form) => form.length >= 4);
    const part = fc.tuple(fc.constantFrom(...forms), fc.nat(80)).map(([form, end]) => form.slice(0, end));
    const piece = fc.oneof(fc.constantFrom(...forms), part, fc.string({ maxLength: 5 }));
    return fc.record({
      values: fc.constant(
        values.filter((value) => [...secretForms(value)].every((form) => form.length >= 4)),
      ),
      pieces: fc.array(piece, { maxLength: 12 }),
      cuts: fc.array(fc.nat(400), { maxLength: 30 }),
    });
  });

test("wherever a text is cut, the filter gives what the redactor gives for the whole", () => {
  const property = fc.property(cutText, ({ values, pieces, cuts }) => {
    const text = pieces.join("");
    const bounds = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
    const cut = bounds.slice(1).map((end, i) => text.slice(bounds[i], end));
    expect(filterPieces(values, cut)).toBe(createRedactor(values)(text));
  });
  fc.assert(property, { numRuns: 1_000 });
});

test("a value is taken out though it comes one character at a time, in every form", () => {
  const value = "canary/+ value?é~(1)";
  for (const form of secretForms(value)) {
    expect(filterPieces([value], Array.from(`before ${form} after`))).toMatch(
      /^before \[redacted\]=* after$/,
    );
  }
});

test("a line passes at once when no value has begun in it", () => {
  const filter = createRedactionFilter(["canary-1", "ab"]);
  expect(["listening\n", "can", "ned can", "ary-1\n"].map((piece) => filter.push(piece))).toEqual([
    "listening\n",
    "",
    "canned ",
    "[redacted]\n",
  ]);
});

test("a short value is taken out where it stands alone, also at a cut", () => {
  expect([
    filterPieces(["ab"], ["a", "b", " c", "a", "b ", "ab", "c ", "a", "b"]),
    filterPieces(["7"], ["x7", " 7", "7 7"]),
  ]).toEqual(["[redacted] cab abc [redacted]", "x7 77 [redacted]"]);
});

test("no more is held back than the longest form of a value has", () => {
  const value = randomBytes(2_500).toString("hex");
  const filter = createRedactionFilter([value]);
  const longest = Math.max(...[...secretForms(value)].map((form) => form.length));
  const almost = `${value.slice(0, -1)}!`;
  let [pushed, shown, mostHeld] = [0, 0, 0];
  for (let i = 0; i < 20_000; i += 99) {
    const piece = almost.repeat(2).slice(i % 5_000, (i % 5_000) + 99);
    shown += filter.push(piece).length;
    pushed += piece.length;
    mostHeld = Math.max(mostHeld, pushed - shown);
  }
  shown += filter.end().length;
  expect([mostHeld > 4_000, mostHeld < longest, shown]).toEqual([true, true, pushed]);
});

test("a stream of bytes is redacted, with characters and values cut between chunks", async () => {
  const bytes = Buffer.from("é canary-é-1 é ".repeat(50));
  const chunks = Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1));
  const stream = Readable.from(chunks).pipe(createRedactionStream(["canary-é-1"]));
  expect(await readText(stream)).toBe("é [redacted] é ".repeat(50));
});

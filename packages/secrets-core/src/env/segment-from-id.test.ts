import { SecretKey } from "@latchkey/api-contracts/ids";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { segmentFromId } from "./segment-from-id.ts";

const anyId = fc.oneof(
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.string({ unit: fc.constantFrom(..."aA@/.-_ é\ud800\udc00".split("")), maxLength: 6 }),
  fc.stringMatching(/^[a-z0-9]([a-z0-9_-]{0,6}[a-z0-9])?$/),
);

test("every id becomes one segment of a key, the same each time", () => {
  const property = fc.property(anyId, (id) => {
    const segment = segmentFromId(id);
    expect([
      segment.includes("."),
      segment.length <= 64,
      SecretKey.safeParse(`provider.${segment}.x`).success,
      segmentFromId(id) === segment,
    ]).toEqual([false, true, true, true]);
  });
  fc.assert(property, { numRuns: 2_000 });
});

test("no two ids become one segment, also when one id is the result of another", () => {
  const ids = fc.uniqueArray(anyId, { minLength: 2, maxLength: 60 });
  const property = fc.property(ids, (ids) => {
    const all = new Set([...ids, ...ids.map(segmentFromId)]);
    expect(new Set([...all].map(segmentFromId)).size).toBe(all.size);
  });
  fc.assert(property, { numRuns: 300 });
});

test("100,000 ids that read alike stay apart", () => {
  const variants = Array.from(
    { length: 100_000 },
    (_, i) => `@Acme/${"/".repeat(i % 7)}Tool${i.toString(2).replaceAll("0", ".").replaceAll("1", "/")}`,
  );
  expect(new Set(variants.map(segmentFromId)).size).toBe(new Set(variants).size);
});

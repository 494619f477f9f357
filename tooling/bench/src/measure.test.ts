import { expect, test } from "vitest";
import { measureCase, median } from "./measure.ts";
import { formatTable } from "./table.ts";

test("the median is the middle sample, or the mean of the two in the middle", () => {
  expect([median([3]), median([9, 1, 2]), median([4, 1, 3, 2])]).toEqual([3, 2, 2.5]);
});

test("us, the peers and the limit are measured in turn, and the first round does not count", async () => {
  const order: string[] = [];
  const measure = (name: string, samples: number[]) => async () => {
    order.push(name);
    return samples.shift() ?? 0;
  };
  const result = await measureCase(
    {
      name: "save",
      unit: "ms",
      ours: measure("ours", [900, 10, 30]),
      others: { peer: measure("peer", [900, 40, 40]) },
      limit: measure("limit", [900, 5, 5]),
    },
    2,
  );
  expect({ result, order }).toEqual({
    result: { case: "save", unit: "ms", ours: 20, others: { peer: 40 }, limit: 5, rounds: 2 },
    order: ["ours", "peer", "limit", "ours", "peer", "limit", "ours", "peer", "limit"],
  });
});

test("the table shows the ratio of ours to each peer and to the limit", () => {
  const results = [{ case: "save", unit: "ms", ours: 20, others: { peer: 40 }, limit: 5, rounds: 2 }];
  expect(formatTable(results)).toBe(
    [
      "case  unit  ours  beside  median  ours/it",
      "save  ms    20    peer    40      0.50",
      "                  limit   5       4.00",
      "",
    ].join("\n"),
  );
});

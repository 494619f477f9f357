import type { BenchResult } from "./measure.ts";

/** One row a comparison: our median, the other's, and the ratio of ours to it. */
export function formatTable(results: readonly BenchResult[]): string {
  const rows = results.flatMap(({ case: name, unit, ours, others, limit }) => {
    const compared = [...Object.entries(others), ...(limit === undefined ? [] : [["limit", limit] as const])];
    if (compared.length === 0) return [[name, unit, String(ours), "", "", ""]];
    return compared.map(([other, value], index) => [
      ...(index === 0 ? [name, unit, String(ours)] : ["", "", ""]),
      other,
      String(value),
      (ours / value).toFixed(2),
    ]);
  });
  const table = [["case", "unit", "ours", "beside", "median", "ours/it"], ...rows];
  const widths =
    table[0]?.map((_cell, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

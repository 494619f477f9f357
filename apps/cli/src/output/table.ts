import { stripVTControlCharacters } from "node:util";

/** Rows as aligned columns, two spaces between; the first row is the heading. */
export function tableOf(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, at) => stripVTControlCharacters(cell).padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

const two = (number: number) => String(number).padStart(2, "0");

/** A point in time as the person's clock shows it, to the minute. */
export function shortTime(timestamp: string): string {
  const date = new Date(timestamp);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

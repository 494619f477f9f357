import type { AuditListing } from "@latchkey/api-contracts/audit";
import { expect, test } from "vitest";
import { filterOf, parseActivitySearch } from "./activity-search.ts";
import { groupRepeats } from "./group-repeats.ts";

function listing(n: number, part: Partial<AuditListing["event"]>): AuditListing {
  const occurredAt = `2026-01-02T03:04:${String(n).padStart(2, "0")}.000Z`;
  const event = { version: 1, actor: "app", action: "access.deny", outcome: "refused", keys: [] } as const;
  return { at: `1:${n}`, seq: n, event: { ...event, keys: [], occurredAt, ...part } };
}

test("refusals that differ in their time alone are one row with their number", () => {
  const rows = groupRepeats([
    listing(9, {}),
    listing(8, {}),
    listing(7, { host: "api.example.org" }),
    listing(6, {}),
    listing(5, {}),
    listing(4, {}),
  ]);
  expect(rows.map(({ id, count, newest }) => [id, count, newest.at])).toEqual([
    ["1:8", 2, "1:9"],
    ["1:7", 1, "1:7"],
    ["1:4", 3, "1:6"],
  ]);
});

test("what was done or failed is never grouped", () => {
  for (const outcome of ["done", "failed"] as const) {
    expect(groupRepeats([listing(2, { outcome }), listing(1, { outcome })])).toHaveLength(2);
  }
});

test("an address that is not understood filters by what is left of it", () => {
  const search = parseActivitySearch({
    q: "github",
    outcome: "maybe",
    connection: "github",
    area: "secret",
    from: "yesterday",
    x: 1,
  });
  expect(search).toEqual({ q: "github", area: "secret" });
  expect(filterOf(search)).toEqual({ text: "github", area: "secret" });
});

test("days are whole days by the person's clock", () => {
  const { from, to } = filterOf({ from: "2026-01-02", to: "2026-01-02" });
  expect(Date.parse(to ?? "") - Date.parse(from ?? "")).toBe(24 * 3_600_000 - 1);
  expect(new Date(from ?? "").getHours()).toBe(0);
});

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AuditFilter } from "@latchkey/api-contracts/audit";
import { ConnectionId, RequesterId } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { makeFolder } from "../../test/make-folder.ts";
import { entryOf, fillLog } from "../../test/make-log.ts";
import { openAuditLog } from "./audit-log.ts";
import { isAfter } from "./list-events.ts";

const limits = { maxBytes: 400_000, maxAgeMs: 1e12 };

test("pages follow one another over segments, newest first, and end", async () => {
  const folder = await makeFolder();
  await fillLog(folder, 250, { limits });
  await using log = await openAuditLog({ folder, limits });
  const keys: unknown[] = [];
  let before: string | undefined;
  let pages = 0;
  do {
    const page = await log.list({ limit: 40, before });
    keys.push(...page.entries.map(({ event }) => event.keys[0]));
    before = page.next ?? undefined;
    pages += 1;
    // What is added meanwhile does not shift the pages.
    await log.append({ ...entryOf(0), keys: [] });
  } while (before !== undefined);
  expect(pages).toBe(7);
  expect(keys).toEqual(Array.from({ length: 250 }, (_, n) => entryOf(249 - n).keys[0]));
});

test("what is after an entry is given without it", async () => {
  const folder = await makeFolder();
  await using log = await openAuditLog({ folder });
  await log.append(entryOf(1));
  const newest = (await log.list({ limit: 1 })).entries[0]?.at ?? "";
  await log.append(entryOf(2));
  await log.append(entryOf(3));
  const { entries, next } = await log.list({ limit: 10, after: newest });
  expect([entries.map(({ event }) => event.keys[0]), next]).toEqual([
    [entryOf(3).keys[0], entryOf(2).keys[0]],
    null,
  ]);
  expect(isAfter(entries[0]?.at ?? "", newest)).toBe(true);
});

test.each<[string, AuditFilter, number]>([
  ["an outcome", { outcome: "refused" }, 2],
  ["a kind of actor", { actor: "extension" }, 1],
  ["an action", { action: "secret.set" }, 6],
  ["an area", { area: "access" }, 1],
  ["words of the object, in any case and order", { text: "API-key service-7" }, 1],
  ["a name that is not ASCII", { text: "ИМЯ" }, 1],
  ["a connection", { connectionId: ConnectionId.parse("6f1b1f0e-6d0c-4c51-9a57-0a1f1c1f0b11") }, 1],
  ["another connection", { connectionId: ConnectionId.parse("7f1b1f0e-6d0c-4c51-9a57-0a1f1c1f0b22") }, 0],
  ["a time from", { from: "2026-01-02T03:04:06.000Z" }, 1],
  ["a time to", { to: "2026-01-02T03:04:05.999Z" }, 10],
  ["several of them", { outcome: "refused", area: "secret" }, 2],
  ["nothing", {}, 11],
])("filters by %s", async (_name, filter, count) => {
  const folder = await makeFolder();
  let time = "2026-01-02T03:04:05.000Z";
  await using log = await openAuditLog({ folder, now: () => new Date(time) });
  for (let n = 0; n < 10; n += 1) await log.append(entryOf(n));
  time = "2026-01-02T03:04:06.000Z";
  const actor = RequesterId.parse("extension:acme.notes");
  const connectionId = ConnectionId.parse("6f1b1f0e-6d0c-4c51-9a57-0a1f1c1f0b11");
  const request = { action: "access.request", outcome: "done", keys: [], connectionName: "Имя" } as const;
  await log.append({ ...request, actor, connectionId });
  expect((await log.list({ limit: 100, filter })).entries).toHaveLength(count);
});

test("an export has the entries that pass, and no cell that a spreadsheet takes for a formula", async () => {
  const folder = await makeFolder();
  await using log = await openAuditLog({ folder, now: () => new Date("2026-01-02T03:04:05.678Z") });
  await log.append(entryOf(1));
  const actor = RequesterId.parse("tool:notes");
  await log.append({
    actor,
    action: "access.deny",
    outcome: "refused",
    keys: [],
    reasonText: '=1+"2", twice',
  });
  const [csv, jsonl] = [join(folder, "out.csv"), join(folder, "out.jsonl")];
  const filter = { outcome: "refused" } as const;
  expect(await log.exportTo(csv, { format: "csv", filter })).toBe(1);
  expect(await log.exportTo(jsonl, { format: "jsonl", filter })).toBe(1);
  const [heading = "", line = ""] = (await readFile(csv, "utf8")).split("\r\n");
  expect(heading.startsWith("seq,occurredAt,actor,action,outcome,keys,")).toBe(true);
  expect(line).toBe(
    '2,2026-01-02T03:04:05.678Z,tool:notes,access.deny,refused,,,,,,,"\'=1+""2"", twice",,,,,,,,,,,,',
  );
  expect(JSON.parse(await readFile(jsonl, "utf8"))).toMatchObject({ seq: 2, action: "access.deny" });
});

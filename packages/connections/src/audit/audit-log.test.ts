import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rmdir,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { ConnectionId, RequesterId } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { makeFolder } from "../../test/make-folder.ts";
import { entryOf, fillLog, memoryHeads } from "../../test/make-log.ts";
import { type AuditLog, openAuditLog } from "./audit-log.ts";
import { decodeRecord } from "./record.ts";

const now = () => new Date("2026-01-02T03:04:05.678Z");
const linesOf = async (folder: string) =>
  (await readFile(join(folder, "activity.jsonl"), "utf8")).trimEnd().split("\n");
const eventsOf = async (log: AuditLog) => (await log.list({ limit: 500 })).entries.map(({ event }) => event);
const repairsOf = async (log: AuditLog) =>
  (await eventsOf(log)).filter(({ action }) => action === "log.repair").map(({ reason }) => reason);

test("entries appended at once stand in the log in order, chained, in a file of the person alone", async () => {
  const folder = await makeFolder();
  await using log = await openAuditLog({ folder, now });
  await Promise.all([log.append(entryOf(1)), log.append(entryOf(2)), log.append(entryOf(3))]);
  const records = (await linesOf(folder)).map(decodeRecord);
  const chain = records.map((record) =>
    typeof record === "string" ? [] : [record.seq, record.kind, record.prevHash, record.hash],
  );
  expect(chain.map(([seq, kind]) => [seq, kind])).toEqual([
    [0, "genesis"],
    [1, "event"],
    [2, "event"],
    [3, "event"],
  ]);
  expect(chain.slice(1).map(([, , prevHash]) => prevHash)).toEqual(
    chain.slice(0, -1).map(([, , , hash]) => hash),
  );
  expect((await eventsOf(log)).map(({ keys }) => keys[0])).toEqual([3, 2, 1].map((n) => entryOf(n).keys[0]));
  expect((await stat(join(folder, "activity.jsonl"))).mode & 0o777).toBe(0o600);
});

test("a log that is a link to another place is refused", async () => {
  const folder = await makeFolder();
  await symlink(join(folder, "elsewhere"), join(folder, "activity.jsonl"));
  const refusal = { code: "audit.failed", details: { reason: "ELOOP" } };
  await expect(openAuditLog({ folder })).rejects.toMatchObject(refusal);
});

test("an entry with a field that no event has is not written", async () => {
  const folder = await makeFolder();
  await using log = await openAuditLog({ folder });
  const entry = { ...entryOf(1), value: "canary" };
  await expect(log.append(entry)).rejects.toMatchObject({ code: "audit.failed" });
  expect(await readdir(folder)).toEqual([]);
});

test("whoever is told of a loss and fails at that holds up no entry", async () => {
  const folder = await makeFolder();
  const warnings: unknown[] = [];
  const failure = new Error("the window is gone");
  await using log = await openAuditLog({
    folder,
    onFailure: "allow",
    onUnrecorded() {
      throw failure;
    },
    onWarning(error) {
      warnings.push(error);
      throw failure;
    },
  });
  await mkdir(join(folder, "activity.jsonl"));
  await log.append(entryOf(1));
  await rmdir(join(folder, "activity.jsonl"));
  await log.append(entryOf(2));
  expect([(await eventsOf(log)).length, warnings.filter((one) => one === failure).length]).toEqual([2, 2]);
});

test("names and requesters' words are redacted, escaped and cut", async () => {
  const folder = await makeFolder();
  await using log = await openAuditLog({
    folder,
    redact: (text) => text.replaceAll("canary-key", "[secret]"),
  });
  await log.append({
    actor: RequesterId.parse("extension:acme.notes"),
    action: "access.request",
    outcome: "done",
    keys: [],
    connectionId: ConnectionId.parse("0198c9b2-7c1e-7000-8000-000000000001"),
    connectionName: "Git\u202eHub\n\u0007 \u{1f511} имя \ud800",
    reasonText: `with canary-key ${"x\u2028".repeat(200)}`,
  });
  const [event] = await eventsOf(log);
  expect(event?.connectionName).toBe("Git\\u{202e}Hub\\u{a}\\u{7} \u{1f511} имя \\u{d800}");
  expect(event?.reasonText).toMatch(/^with \[secret\] (x\\u\{2028\})+x?…$/);
  expect(event?.reasonText?.length).toBeLessThanOrEqual(200);
  const text = await readFile(join(folder, "activity.jsonl"), "latin1");
  expect([/^(?:[ -~]+\n)*$/.test(text), text.includes("canary-key")]).toEqual([true, false]);
});

test("what cannot be written is refused, and comes back when it can", async () => {
  const folder = await makeFolder();
  await using log = await openAuditLog({ folder });
  await mkdir(join(folder, "activity.jsonl"));
  await expect(log.append(entryOf(1))).rejects.toBeInstanceOf(AppError);
  await rmdir(join(folder, "activity.jsonl"));
  await log.append(entryOf(2));
  expect((await eventsOf(log)).length).toBe(1);
});

test("a segment that cannot be begun is refused with its own reason, and closes no file of others", async () => {
  const folder = await makeFolder();
  const limits = { maxBytes: 4_000, maxAgeMs: 1e12 };
  await using log = await openAuditLog({ folder, limits });
  await log.append(entryOf(1));
  await mkdir(join(folder, ".activity.jsonl.tmp", "in-the-way"), { recursive: true });
  const refusals = await Promise.allSettled([log.append(entryOf(2)), log.append(entryOf(3))]);
  expect(refusals).toMatchObject(
    [1, 2].map(() => ({ reason: { code: "audit.failed", details: { reason: "ERR_FS_EISDIR" } } })),
  );
});

test("where the person set it so, a log that cannot be written holds up nothing and tells of it later", async () => {
  const folder = await makeFolder();
  const counts: number[] = [];
  const onUnrecorded = (count: number) => counts.push(count);
  await using log = await openAuditLog({ folder, onFailure: "allow", onUnrecorded });
  await mkdir(join(folder, "activity.jsonl"));
  await log.append(entryOf(1));
  await log.append(entryOf(2));
  expect(log.unrecorded()).toBe(2);
  await rmdir(join(folder, "activity.jsonl"));
  await log.append(entryOf(3));
  expect(await eventsOf(log)).toMatchObject([{ action: "secret.remove" }, { reason: "lost", count: 2 }]);
  expect([counts, log.unrecorded()]).toEqual([[1, 2, 0], 0]);
});

test("what was not told before the end is told at the end, if the log can be written by then", async () => {
  const folder = await makeFolder();
  const place = join(folder, "activity.jsonl");
  await mkdir(place);
  const warnings: unknown[] = [];
  const log = await openAuditLog({ folder, onFailure: "allow", onWarning: (error) => warnings.push(error) });
  await log.append(entryOf(1));
  await rmdir(place);
  await log[Symbol.asyncDispose]();
  await using next = await openAuditLog({ folder });
  expect(await eventsOf(next)).toMatchObject([{ action: "log.repair", reason: "lost", count: 1 }]);
  expect(warnings).toMatchObject([{ code: "audit.failed" }, { code: "audit.failed" }]);
});

test("a log that cannot be opened refuses by default", async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, "activity.jsonl"));
  await expect(openAuditLog({ folder })).rejects.toMatchObject({ code: "audit.failed" });
});

test("an incomplete last line is told once, and the chain goes on", async () => {
  const folder = await makeFolder();
  await fillLog(folder, 3);
  await appendFile(join(folder, "activity.jsonl"), '{"seq":4,"prevHash":"00');
  await using log = await openAuditLog({ folder });
  expect(await log.verify()).toMatchObject({ isSound: true, hasTornTail: true, verifiedTo: 3 });
  await log.append(entryOf(4));
  await log.append(entryOf(5));
  expect(await repairsOf(log)).toEqual(["torn-line"]);
  expect(await log.verify()).toMatchObject({ isSound: true, hasTornTail: false, entries: 6 });
});

test("a last line that was altered is kept for the check to name, and the log goes on behind it", async () => {
  const folder = await makeFolder();
  await fillLog(folder, 3);
  const lines = await linesOf(folder);
  await writeFile(join(folder, "activity.jsonl"), `${lines.join("\n").replace("service-2", "service-9")}\n`);
  await using log = await openAuditLog({ folder });
  await log.append(entryOf(4));
  expect(await repairsOf(log)).toEqual(["damaged"]);
  expect(await log.verify()).toMatchObject({
    isSound: false,
    verifiedTo: 2,
    problem: { what: "altered", segment: 1, line: 4, seq: 3 },
  });
});

test("a tail that is cut off while the log is open is told with the next entry", async () => {
  const folder = await makeFolder();
  await using log = await openAuditLog({ folder });
  for (const n of [1, 2, 3]) await log.append(entryOf(n));
  const [first = "", second = ""] = await linesOf(folder);
  await truncate(join(folder, "activity.jsonl"), first.length + second.length + 2);
  await log.append(entryOf(4));
  expect(await repairsOf(log)).toEqual(["cut-tail"]);
});

test("a tail that was cut off meanwhile is found by the kept head, and the loss of the whole log too", async () => {
  const folder = await makeFolder();
  const heads = memoryHeads();
  await fillLog(folder, 5, { heads });
  const path = join(folder, "activity.jsonl");
  const lines = await linesOf(folder);
  await writeFile(path, `${lines.slice(0, 3).join("\n")}\n`);
  await using log = await openAuditLog({ folder, heads });
  expect(await log.verify()).toMatchObject({
    isSound: false,
    verifiedTo: 2,
    head: "differs",
    headSeq: 5,
    problem: { what: "cut-tail", seq: 3 },
  });
  await writeFile(path, "");
  await log.append(entryOf(1));
  expect(await log.verify()).toMatchObject({ isSound: false, problem: { what: "other-log" } });
});

test("a head is not covered up by a new one: what the log lacks of it is told first", async () => {
  const folder = await makeFolder();
  const heads = memoryHeads();
  await fillLog(folder, 5, { heads });
  const path = join(folder, "activity.jsonl");
  const lines = await linesOf(folder);
  const tell = async (): Promise<unknown> => {
    await using log = await openAuditLog({ folder, heads });
    await log.append(entryOf(6));
    await log.keepHead();
    expect(await log.verify()).toMatchObject({ isSound: true, head: "matches" });
    const { losses } = await log.verify();
    return [...(await repairsOf(log)), losses];
  };
  await writeFile(path, `${lines.slice(0, 3).join("\n")}\n`);
  expect(await tell()).toEqual(["cut-tail", 1]);
  await writeFile(path, `${lines.slice(0, 4).join("\n")}\n`);
  await fillLog(folder, 5);
  expect(await tell()).toEqual(["rewritten", 1]);
  await writeFile(path, "");
  expect(await tell()).toEqual(["other-log", 1]);
  expect(await tell()).toEqual(["other-log", 1]);
});

test("a missing head and one that cannot be asked for are said, and are no error", async () => {
  const folder = await makeFolder();
  await fillLog(folder, 2);
  const states = [];
  for (const read of [async () => undefined, () => Promise.reject(new Error("no bus"))]) {
    await using log = await openAuditLog({ folder, heads: { read, write: async () => undefined } });
    const { isSound, head } = await log.verify();
    states.push([isSound, head]);
  }
  expect(states).toEqual([
    [true, "missing"],
    [true, "unreachable"],
  ]);
});

test("the head is kept every so many entries and when it is asked for", async () => {
  const folder = await makeFolder();
  const kept: number[] = [];
  const heads = {
    read: async () => undefined,
    write: async ({ seq }: { seq: number }) => void kept.push(seq),
  };
  await using log = await openAuditLog({ folder, heads, headEvery: 3 });
  for (let n = 0; n < 7; n += 1) await log.append(entryOf(n));
  await log.keepHead();
  await log.keepHead();
  expect(kept).toEqual([3, 6, 7]);
});

test("old segments go by size, an entry says so, and the rest still verifies", async () => {
  const folder = await makeFolder();
  const limits = { maxBytes: 30_000, maxAgeMs: 1e12 };
  const heads = memoryHeads();
  await fillLog(folder, 60, { limits, heads });
  await fillLog(folder, 60, { limits, heads });
  await using log = await openAuditLog({ folder, limits, heads });
  const found = await log.verify();
  expect(found).toMatchObject({ isSound: true, head: "matches" });
  expect(found.droppedTo).toBeGreaterThan(20);
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(limits.maxBytes + 2_000);
  expect((await eventsOf(log)).find(({ action }) => action === "log.drop")).toMatchObject({ reason: "size" });
});

test("entries go by age, a segment at a time", async () => {
  const folder = await makeFolder();
  const day = 24 * 3_600_000;
  const start = now().getTime();
  const limits = { maxBytes: 1e6, maxAgeMs: 100 * day };
  for (let days = 0; days <= 180; days += 5) {
    await using log = await openAuditLog({ folder, limits, now: () => new Date(start + days * day) });
    await log.append(entryOf(days));
  }
  await using log = await openAuditLog({ folder, limits });
  const { isSound, droppedTo } = await log.verify();
  const oldest = (await eventsOf(log)).at(-1)?.occurredAt ?? "";
  const ageDays = (start + 180 * day - Date.parse(oldest)) / day;
  expect([isSound, droppedTo !== null, ageDays <= 115 && ageDays >= 100]).toEqual([true, true, true]);
});

test("a log from before the chain is kept, listed last, and may not be altered from then on", async () => {
  const folder = await makeFolder();
  const former = [7, 8].map((n) =>
    JSON.stringify({ version: 1, occurredAt: "2026-01-01T00:00:00.000Z", ...entryOf(n) }),
  );
  await writeFile(join(folder, "activity.jsonl"), `${former.join("\n")}\n`);
  await using log = await openAuditLog({ folder });
  expect(await log.verify()).toMatchObject({ isSound: true, beforeChain: 2, entries: 0 });
  expect(await eventsOf(log)).toHaveLength(2);
  await log.append(entryOf(9));
  const { entries } = await log.list({ limit: 10 });
  expect(entries.map(({ at, seq }) => [at.split(":")[0], seq])).toEqual([
    ["1", 1],
    ["0", null],
    ["0", null],
  ]);
  expect(await log.verify()).toMatchObject({ isSound: true, beforeChain: 2, entries: 1 });
  await writeFile(join(folder, "activity-before-chain.jsonl"), `${former[0]}\n`);
  expect(await log.verify()).toMatchObject({ isSound: false, problem: { what: "altered-before-chain" } });
});

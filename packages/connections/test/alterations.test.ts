import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { verifySegments } from "../src/audit/verify.ts";
import { alterations, seeded } from "./alterations.ts";
import { makeFolder } from "./make-folder.ts";
import { entryOf, fillLog, memoryHeads, readSegments } from "./make-log.ts";

const runs = 10_000;

/** Entries from before the chain, closed segments, an active one, and the oldest dropped in the second log. */
async function makeLogs() {
  const logs = [];
  for (const isFull of [false, true]) {
    const folder = await makeFolder();
    const heads = memoryHeads();
    const former = { version: 1, occurredAt: "2026-01-02T03:04:05.678Z", ...entryOf(1) };
    await writeFile(join(folder, "activity.jsonl"), `${JSON.stringify(former)}\n`.repeat(3));
    await fillLog(folder, 1, { heads });
    await fillLog(folder, 60, { heads, limits: { maxBytes: isFull ? 20_000 : 60_000, maxAgeMs: 1e12 } });
    const head = await heads.read();
    if (!head) throw new Error("no head was kept");
    logs.push({ segments: await readSegments(folder), head });
  }
  return logs;
}

test(`${runs} random alterations are all found; a cut tail needs the head that is kept elsewhere`, async () => {
  const logs = await makeLogs();
  for (const { segments, head } of logs) {
    expect(segments.length).toBeGreaterThan(4);
    expect(verifySegments(segments, head)).toMatchObject({ isSound: true, head: "matches" });
  }
  const random = seeded(20_260_102);
  const names = Object.keys(alterations);
  const counts = new Map(names.map((name) => [name, { done: 0, found: 0, withoutHead: 0 }]));
  const missed: string[] = [];
  for (let done = 0; done < runs; ) {
    const name = names[done % names.length] ?? "";
    const log = logs[random(logs.length)];
    const altered = log && alterations[name]?.(log.segments, random);
    if (!log || !altered || isEqual(altered, log.segments)) continue;
    done += 1;
    const found = verifySegments(altered, log.head);
    const count = counts.get(name);
    if (!count) continue;
    count.done += 1;
    if (!found.isSound && found.problem) count.found += 1;
    else missed.push(`${name}, alteration ${done}`);
    // What cannot be seen without the head is the end of the log alone.
    const alone = verifySegments(altered, "missing");
    if (alone.isSound) {
      count.withoutHead += 1;
      const isTail = (alone.verifiedTo ?? 0) < log.head.seq || name.startsWith("entries written anew");
      if (!isTail) missed.push(`${name}, alteration ${done}, without a head`);
    }
  }
  for (const [name, { done, found, withoutHead }] of counts) {
    console.log(`${name}: ${found} of ${done} found; ${withoutHead} of them need the head`);
  }
  expect(missed).toEqual([]);
}, 120_000);

type Segments = Parameters<typeof isEqual>[0];
function isEqual(
  one: readonly { segment?: number; bytes: Uint8Array }[],
  other: readonly { segment?: number; bytes: Uint8Array }[],
): boolean {
  return (
    one.length === other.length && one.every(({ bytes }, i) => Buffer.compare(bytes, bytesAt(other, i)) === 0)
  );
}
const bytesAt = (segments: Segments, at: number) => segments[at]?.bytes ?? new Uint8Array();

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { openAuditLog } from "../src/index.ts";
import { makeFolder } from "./make-folder.ts";
import { entryOf, fillLog, memoryHeads } from "./make-log.ts";

const writer = join(import.meta.dirname, "fixtures/writer.ts");

/** Starts a writer; what it acknowledged is there when it has ended, however it ended. */
function startWriter(...words: readonly (string | number)[]) {
  const child = spawn(process.execPath, [writer, ...words.map(String)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  return { child, ended: Promise.all([text(child.stdout), exited]).then(([output]) => output.split("\n")) };
}

/** The keys in the log, which must be whole, and go on with a new entry. */
async function keysOfSoundLog(folder: string): Promise<Set<string>> {
  await using log = await openAuditLog({ folder });
  await log.append(entryOf(1));
  expect(await log.verify()).toMatchObject({ isSound: true, hasTornTail: false, problem: null });
  const keys = new Set<string>();
  for await (const { event } of log.entries()) for (const key of event.keys) keys.add(key);
  return keys;
}

/** Runs the writer once for each of its steps on files, and kills it before that step; the number of kills. */
async function killBeforeEachStep(
  prepare: (folder: string) => Promise<void>,
  words: readonly (string | number)[],
  check: (keys: Set<string>) => void,
): Promise<number> {
  async function killBefore(step: number): Promise<boolean> {
    const folder = await makeFolder();
    await prepare(folder);
    const { child, ended } = startWriter(folder, ...words, step);
    const acknowledged = (await ended).filter((line) => line.startsWith("writer."));
    const keys = await keysOfSoundLog(folder);
    expect([step, acknowledged.filter((key) => !keys.has(key))]).toEqual([step, []]);
    check(keys);
    return child.signalCode === "SIGKILL";
  }
  for (let step = 1; ; step += 2) {
    const killed = await Promise.all([killBefore(step), killBefore(step + 1)]);
    if (!killed.every(Boolean)) return step - 1 + killed.filter(Boolean).length;
  }
}

test("a kill before any step of appending, closing a segment and dropping one loses no acknowledged entry", async () => {
  const prepared = await makeFolder();
  const maxBytes = 30_000;
  const limits = { maxBytes, maxAgeMs: 1e12 };
  await fillLog(prepared, 80, { limits });
  // The next entry closes the active segment, and then the oldest one has to go.
  const isAlmostFull = async () => (await stat(join(prepared, "activity.jsonl"))).size > 2_600;
  for (let more = 0; more < 20 && !(await isAlmostFull()); more += 1) await fillLog(prepared, 1, { limits });
  const kills = await killBeforeEachStep(
    (folder) => cp(prepared, folder, { recursive: true }),
    [maxBytes, 2, "a"],
    () => undefined,
  );
  console.log(`${kills} kills, one before each step on files; 0 acknowledged entries lost`);
  expect(kills).toBeGreaterThan(30);
}, 120_000);

test("writers that are killed at any time, beside others that write, leave a whole log", async () => {
  const folder = await makeFolder();
  const acknowledged: string[] = [];
  let kills = 0;
  for (let round = 0; round < 8; round += 1) {
    const steady = startWriter(folder, 400_000, 15, `steady-${round}`);
    const killed = startWriter(folder, 400_000, 1_000, `killed-${round}`);
    let seen = "";
    killed.child.stdout.on("data", (piece: Buffer) => {
      seen += String(piece);
      if (seen.split("\n").length > 1 + round * 3) killed.child.kill("SIGKILL");
    });
    const [one, other] = await Promise.all([steady.ended, killed.ended]);
    kills += Number(killed.child.signalCode === "SIGKILL");
    acknowledged.push(...[...one, ...other].filter((line) => line.startsWith("writer.")));
  }
  const keys = await keysOfSoundLog(folder);
  console.log(`${acknowledged.length} acknowledged entries of 16 writers, ${kills} of them killed; 0 lost`);
  expect([acknowledged.filter((key) => !keys.has(key)), kills]).toEqual([[], 8]);
}, 120_000);

test("of entries from before the chain, none is lost when the writer that puts them aside is killed", async () => {
  const former = { version: 1, occurredAt: "2026-01-02T03:04:05.678Z", ...entryOf(7) };
  const kills = await killBeforeEachStep(
    (folder) => writeFile(join(folder, "activity.jsonl"), `${JSON.stringify(former)}\n`),
    [400_000, 1, "b"],
    (keys) => expect(keys).toContain("provider.service-7.api-key"),
  );
  expect(kills).toBeGreaterThan(10);
}, 60_000);

test("a head that a killed writer is ahead of still confirms the log", async () => {
  const folder = await makeFolder();
  const heads = memoryHeads();
  await fillLog(folder, 3, { heads });
  const { child, ended } = startWriter(folder, 400_000, 1_000, "c");
  child.stdout.once("data", () => child.kill("SIGKILL"));
  await ended;
  await using log = await openAuditLog({ folder, heads });
  await log.append(entryOf(2));
  expect(await log.verify()).toMatchObject({ isSound: true, head: "matches", headSeq: 3 });
});

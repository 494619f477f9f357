import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLogFile } from "./log-file.ts";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "lk-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("keeps the newest lines in files of a bounded size and number, for the person alone", async () => {
  const folder = makeFolder();
  for (let part = 1; part <= 6; part += 1) {
    const log = openLogFile({ folder, name: "server.log", maxBytes: 100, keep: 2 });
    for (let line = 1; line <= 4; line += 1) log.write(`part ${part}, line ${line}`);
    await log[Symbol.asyncDispose]();
  }
  const names = readdirSync(folder).toSorted();
  expect(names).toEqual(["server.log", "server.log.1", "server.log.2"]);
  expect(readFileSync(join(folder, "server.log"), "utf8")).toContain("part 6, line 4\n");
  expect(names.map((name) => statSync(join(folder, name)).size <= 100)).toEqual([true, true, true]);
  expect(statSync(join(folder, "server.log")).mode & 0o777).toBe(0o600);
});

test("leaves lines out when they come faster than they are written, and says how many", async () => {
  const folder = makeFolder();
  const log = openLogFile({ folder, name: "server.log", maxQueuedBytes: 20 });
  for (const line of ["first", "second", "third", "fourth", "fifth"]) log.write(line);
  await log[Symbol.asyncDispose]();
  log.write("later");
  await log[Symbol.asyncDispose]();
  const text = readFileSync(join(folder, "server.log"), "utf8");
  expect(text).toBe(
    "first\nsecond\nthird\nfourth\n[lines left out, because the disk was too slow: 1]\nlater\n",
  );
});

test("does not write through a link that someone planted", async () => {
  const folder = makeFolder();
  const target = join(folder, "target");
  writeFileSync(target, "");
  symlinkSync(target, join(folder, "server.log"));
  const log = openLogFile({ folder, name: "server.log" });
  log.write("line");
  await log[Symbol.asyncDispose]();
  expect(readFileSync(target, "utf8")).toBe("");
});

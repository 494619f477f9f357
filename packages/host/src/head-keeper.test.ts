import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAuditLog } from "@latchkey/connections";
import { startTestSession } from "@latchkey/test-session";
import { expect, onTestFinished, test } from "vitest";
import { createHeadKeeper } from "./head-keeper.ts";

const headOf = (seq: number) => ({ logId: "log", seq, hash: String(seq).repeat(64).slice(0, 64) });

/** Folders of their own, in a real keychain that is gone after the test. */
async function inSession(): Promise<string> {
  const session = await startTestSession({ keyring: "unlocked" });
  onTestFinished(() => session[Symbol.asyncDispose]());
  const former = process.env["DBUS_SESSION_BUS_ADDRESS"];
  process.env["DBUS_SESSION_BUS_ADDRESS"] = session.env["DBUS_SESSION_BUS_ADDRESS"];
  onTestFinished(() => {
    process.env["DBUS_SESSION_BUS_ADDRESS"] = former;
  });
  const folder = await mkdtemp(join(tmpdir(), "lk-host-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("the keychain gives back the last head that was kept, for each folder its own", async () => {
  const folder = await inSession();
  const keeper = createHeadKeeper(folder);
  expect(await keeper.read()).toBeUndefined();
  for (const seq of [64, 128, 192]) await keeper.write(headOf(seq));
  expect(await keeper.read()).toEqual(headOf(192));
  const other = createHeadKeeper(join(folder, "other"));
  expect(await other.read()).toBeUndefined();
  await keeper.close();
  await other.close();
});

test("a log whose tail was cut is found by the head in the keychain", async () => {
  const folder = await inSession();
  const heads = createHeadKeeper(folder);
  await using log = await openAuditLog({ folder, heads, headEvery: 2 });
  for (let n = 0; n < 4; n += 1) {
    await log.append({ actor: "app", action: "server.start", outcome: "done", keys: [], generation: n });
  }
  await log.keepHead();
  expect(await log.verify()).toMatchObject({ isSound: true, head: "matches", headSeq: 4 });
  await rm(join(folder, "activity.jsonl"));
  expect(await log.verify()).toMatchObject({ isSound: false, problem: { what: "cut-tail", seq: 0 } });
  await heads.close();
});

test("a keychain that cannot be reached is said, and does not hold up the log", async () => {
  const folder = await inSession();
  process.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent";
  const warnings: unknown[] = [];
  const heads = createHeadKeeper(folder);
  await using log = await openAuditLog({ folder, heads, onWarning: (warning) => warnings.push(warning) });
  await log.append({ actor: "app", action: "server.start", outcome: "done", keys: [] });
  await log.keepHead();
  expect(await log.verify()).toMatchObject({ isSound: true, head: "unreachable" });
  expect(warnings).toMatchObject([{ code: "secrets.unavailable" }]);
  await heads.close();
});

import { mkdtemp, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SecretKey } from "@latchkey/api-contracts/ids";
import { expect, onTestFinished, test } from "vitest";
import { openAuditLog } from "./audit-log.ts";

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-audit-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const now = () => new Date("2026-01-02T03:04:05.678Z");
const keys = [SecretKey.parse("provider.openai.api-key")];

test("events appended at once stand in the log in order, each a line, in a file of the person alone", async () => {
  const folder = await makeFolder();
  const log = await openAuditLog(folder, now);
  await Promise.all([
    log.append({ actor: "person", action: "secret.set", outcome: "done", keys }),
    log.append({ actor: "app", action: "server.start", outcome: "done", keys: [], generation: 2 }),
  ]);
  await log[Symbol.asyncDispose]();
  const path = join(folder, "activity.jsonl");
  const common = { version: 1, occurredAt: "2026-01-02T03:04:05.678Z", outcome: "done" };
  expect(
    (await readFile(path, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { ...common, actor: "person", action: "secret.set", keys },
    { ...common, actor: "app", action: "server.start", keys: [], generation: 2 },
  ]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("a log that is a link to another place is refused", async () => {
  const folder = await makeFolder();
  await symlink(join(folder, "elsewhere"), join(folder, "activity.jsonl"));
  await expect(openAuditLog(folder)).rejects.toMatchObject({
    code: "audit.failed",
    details: { reason: "ELOOP" },
  });
});

test("an event with a field that no event has is not written", async () => {
  const folder = await makeFolder();
  const log = await openAuditLog(folder, now);
  const entry = { actor: "person", action: "secret.set", outcome: "done", keys, value: "canary" } as const;
  expect(() => log.append(entry)).toThrow(/unrecognized/i);
  await log[Symbol.asyncDispose]();
  expect(await readFile(join(folder, "activity.jsonl"), "utf8")).toBe("");
});

import { mkdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../test/make-folder.ts";
import { withStoreLock } from "./store-lock.ts";

test("holders come one after the other, and a failed one lets the next in", async () => {
  const folder = await makeFolder();
  const seen: string[] = [];
  const hold = (name: string) =>
    withStoreLock(folder, async () => {
      seen.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`${name} out`);
      if (name === "a") throw new Error("a failed");
    });
  await Promise.allSettled([hold("a"), hold("b"), hold("c")]);
  const names = seen.map((step) => step[0]);
  expect([seen.length, names.every((name, i) => i % 2 === 0 || name === names[i - 1])]).toEqual([6, true]);
});

test("the lock of a process that died is taken over", async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, "secrets.lock"));
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(join(folder, "secrets.lock"), longAgo, longAgo);
  expect(await withStoreLock(folder, async () => "in")).toBe("in");
});

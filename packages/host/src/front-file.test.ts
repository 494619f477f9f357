import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FrontAddress, publishFront } from "./front-file.ts";

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lk-front-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const one = { port: 40_001, token: "a".repeat(43) };
const other = { port: 40_002, token: "b".repeat(43) };

test("the address is in a file of the person alone until it is withdrawn", async () => {
  const folder = await makeFolder();
  const path = join(folder, "server-front.json");
  const withdraw = await publishFront(folder, one);
  expect(FrontAddress.parse(JSON.parse(await readFile(path, "utf8")))).toEqual({
    version: 1,
    ...one,
    pid: process.pid,
  });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await withdraw();
  expect(await readdir(folder)).toEqual([]);
});

test("an address that another Latchkey has written by then stays", async () => {
  const folder = await makeFolder();
  const withdraw = await publishFront(folder, one);
  await publishFront(folder, other);
  await withdraw();
  expect(JSON.parse(await readFile(join(folder, "server-front.json"), "utf8"))).toMatchObject(other);
});

test("a link in its place is refused, so that the token goes nowhere else", async () => {
  const folder = await makeFolder();
  const elsewhere = join(folder, "elsewhere");
  await writeFile(elsewhere, "");
  await symlink(elsewhere, join(folder, "server-front.json"));
  await expect(publishFront(folder, one)).rejects.toMatchObject({ code: "files.unsafe" });
  expect(await readFile(elsewhere, "utf8")).toBe("");
});

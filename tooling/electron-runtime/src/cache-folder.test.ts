import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { cacheFolder, createWhole } from "./cache-folder.ts";

test("the cache folder is the given one, else below XDG_CACHE_HOME, else below the home folder", () => {
  const places = [
    cacheFolder({ LATCHKEY_CACHE_DIR: "/given", XDG_CACHE_HOME: "/xdg", HOME: "/home/ada" }),
    cacheFolder({ XDG_CACHE_HOME: "/xdg", HOME: "/home/ada" }),
    cacheFolder({ HOME: "/home/ada" }),
  ];
  expect(places).toEqual(["/given", "/xdg/latchkey", "/home/ada/.cache/latchkey"]);
});

test("a folder whose filling fails does not appear", async () => {
  const root = await makeRoot();
  const filling = createWhole(join(root, "electron"), async (staging) => {
    await writeFile(join(staging, "half"), "");
    throw new Error("interrupted");
  });
  await expect(filling).rejects.toThrow("interrupted");
  expect(await readdir(root)).toEqual([]);
});

test("two processes that create the same folder leave one whole folder", async () => {
  const root = await makeRoot();
  const create = () =>
    createWhole(join(root, "electron"), (staging) => writeFile(join(staging, "whole"), ""));
  await Promise.all([create(), create()]);
  expect([await readdir(root), await readdir(join(root, "electron"))]).toEqual([["electron"], ["whole"]]);
});

async function makeRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "latchkey-cache-"));
  onTestFinished(() => rm(root, { recursive: true }));
  return root;
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { recordStep } from "../examples/readme.ts";
import { makeFolder } from "./make-folder.ts";

const read = (path: string) => readFile(join(import.meta.dirname, path), "utf8");

test("the README's example is the one that runs here", async () => {
  expect(await read("../README.md")).toContain(await read("../examples/readme.ts"));
  expect(await recordStep(await makeFolder())).toEqual(["storage.chosen", true]);
});

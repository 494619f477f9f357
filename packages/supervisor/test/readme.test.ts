import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { askServer } from "../examples/readme.ts";
import { realServer } from "./supervise.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test("the README's example is the one that runs here", async () => {
  expect(read("../README.md")).toContain(read("../examples/readme.ts"));
  expect(await askServer(realServer)).toEqual({
    generation: 1,
    names: [{ name: "PROVIDER_OPENAI_API_KEY", isSet: true }],
  });
});

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { channel, request } from "../examples/readme.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test("the README's example is the one that runs here", () => {
  expect(read("../README.md")).toContain(read("../examples/readme.ts"));
  expect({ channel, request }).toEqual({
    channel: "secrets:upsert",
    request: { key: "provider.openai.api-key" },
  });
});

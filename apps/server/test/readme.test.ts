import { readFileSync } from "node:fs";
import { EnvName } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { isSet } from "../examples/readme.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test("the README's example is the one that runs here", async () => {
  expect(read("../README.md")).toContain(read("../examples/readme.ts"));
  expect(await isSet(EnvName.parse("PROVIDER_OPENAI_API_KEY"))).toBe(true);
  expect(await isSet(EnvName.parse("PROVIDER_OTHER_API_KEY"))).toBe(false);
});

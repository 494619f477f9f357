import { expect, test } from "vitest";
import { serverModule } from "./server-module.ts";

const ask = (module: string | undefined, isPackaged: boolean) =>
  serverModule({ env: { LATCHKEY_DEV_SERVER_MODULE: module }, isPackaged });

test("another server is run in development alone, and only by its absolute path", () => {
  expect(ask("/srv/other.mjs", false)).toBe("/srv/other.mjs");
  for (const own of [ask("/srv/other.mjs", true), ask("other.mjs", false), ask(undefined, false)])
    expect(own).toMatch(/server\.js$/);
});

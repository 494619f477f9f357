import { inspect } from "node:util";
import { expect, test } from "vitest";
import { openStore } from "./open-store.ts";

test("a store hands out a secret that does not print and lends its bytes", async () => {
  const { store } = await openStore();
  await store.set("provider.openai.api-key", "canary-1");
  const secret = await store.secret("provider.openai.api-key");
  expect([
    inspect(secret),
    await secret?.use((bytes) => new TextDecoder().decode(bytes)),
    await store.secret("provider.other.api-key"),
  ]).toEqual(["[secret]", "canary-1", undefined]);
});

import { AsyncEntry } from "@napi-rs/keyring";
import { expect, test } from "vitest";
import { createKeychainSource } from "../src/migration/keychain-source.ts";
import { createKeyringItems } from "../src/migration/keyring-items.ts";
import { planMigration } from "../src/migration/plan-migration.ts";
import { finishMigration, runMigration } from "../src/migration/run-migration.ts";
import { openStore } from "./open-store.ts";

test("entries of another program come over through the system's keychain binding, and go when finished", async () => {
  const service = "old-app-keyring-items";
  const entryOf = (account: string) =>
    new AsyncEntry(service, account, { linux: { store: "secret-service" } });
  await entryOf("old.openai.main").setPassword("canary-1");
  await entryOf("unrelated").setPassword("canary-2");
  const items = createKeyringItems({ services: [service] });
  const rules = [{ service, account: "<app>.<id>.<config>", key: "latchkey.<id>.<config>" }];
  const source = createKeychainSource({ items, rules });
  const { store } = await openStore();
  const plan = await planMigration(store, source, { appId: "latchkey" });
  await runMigration(store, source, plan);
  await finishMigration(store, source, plan);
  expect([
    await store.get("latchkey.openai.main"),
    (await items.list()).map(({ account }) => account),
  ]).toEqual(["canary-1", ["unrelated"]]);
  await entryOf("unrelated").deletePassword();
});

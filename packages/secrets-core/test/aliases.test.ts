import { expect, test } from "vitest";
import { createMemoryBackend } from "../src/memory-backend.ts";
import { codeOf, openStore } from "./open-store.ts";

const key = "provider.openai.api-key";
const alias = "OPENAI_API_KEY";

test("an alias is in the snapshot with its secret's value, stays over a new value and a restart, and goes with it", async () => {
  const backend = createMemoryBackend();
  const { store, folder, audited } = await openStore({ backends: [backend] });
  await store.set(key, "canary-1");
  await store.setAliases(key, [alias, "PROVIDER_OPENAI_API_KEY", alias]);
  expect([audited.at(-1)?.reason, (await store.describe(key))?.aliases]).toEqual(["aliases", [alias]]);
  const { store: again } = await openStore({ folder, backends: [backend] });
  await again.set(key, "canary-2");
  expect([(await again.snapshot()).toEnv(), (await store.snapshot()).keys]).toEqual([
    { OPENAI_API_KEY: "canary-2", PROVIDER_OPENAI_API_KEY: "canary-2" },
    [key],
  ]);
  await store.delete(key);
  await store.set(key, "canary-3");
  expect((await store.snapshot()).names).toEqual(["PROVIDER_OPENAI_API_KEY"]);
});

test("aliases are taken away by naming none, and a staged value has them as well", async () => {
  const { store } = await openStore();
  await store.set(key, "canary-1");
  await store.stage([{ op: "set", key, value: "canary-2" }]);
  await store.setAliases(key, [alias]);
  expect((await store.snapshot({ pending: true })).toEnv()[alias]).toBe("canary-2");
  await store.commitPending();
  const committed = (await store.snapshot()).toEnv()[alias];
  await store.setAliases(key, []);
  expect([committed, (await store.snapshot()).names]).toEqual(["canary-2", ["PROVIDER_OPENAI_API_KEY"]]);
});

test("a reserved, malformed or taken name is refused, and so is a secret whose variable is an alias", async () => {
  const { store } = await openStore();
  await store.set(key, "canary-1");
  await store.set("provider.other.token", "canary-2");
  await store.stage([{ op: "set", key: "provider.staged.token", value: "canary-3" }]);
  const refusals = await Promise.all(
    ["PATH", "lower", "PROVIDER_OTHER_TOKEN", "PROVIDER_STAGED_TOKEN"].map((name) =>
      codeOf(store.setAliases(key, [name])),
    ),
  );
  await store.setAliases(key, ["DATABASE_URL"]);
  expect([
    refusals,
    await codeOf(store.setAliases("provider.none.token", [alias])),
    await codeOf(store.setAliases("provider.other.token", ["DATABASE_URL"])),
    await codeOf(store.set("install.db", "canary", { envName: "DATABASE_URL" })),
    await codeOf(store.stage([{ op: "set", key: "install.db", value: "canary", envName: "DATABASE_URL" }])),
    (await store.snapshot()).names,
  ]).toEqual([
    ["secrets.reserved-name", "secrets.invalid-key", "secrets.collision", "secrets.collision"],
    "secrets.absent",
    "secrets.collision",
    "secrets.collision",
    "secrets.collision",
    ["DATABASE_URL", "PROVIDER_OPENAI_API_KEY", "PROVIDER_OTHER_TOKEN"],
  ]);
});

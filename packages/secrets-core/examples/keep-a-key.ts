import { createEnvFileBackend, createKeychainBackend, openSecretStore } from "@latchkey/secrets-core";

const folder = process.argv[2] ?? "secrets";
await using store = await openSecretStore({
  folder,
  appId: "example",
  backends: [createKeychainBackend({ service: "example" }), createEnvFileBackend({ folder })],
  onAudit: async ({ action, outcome, keys }) => console.log(action, outcome, ...keys),
});

await store.set("provider.openai.api-key", "canary-not-a-real-key");
console.log(store.status().storageBackend, (await store.snapshot()).names);
await store.delete("provider.openai.api-key");

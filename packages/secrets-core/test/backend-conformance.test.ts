import { randomUUID } from "node:crypto";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { newVersion } from "../src/entry-version.ts";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { createKeychainBackend } from "../src/keychain/keychain-backend.ts";
import { createKeyringBackend } from "../src/keychain/keyring-backend.ts";
import { createMemoryBackend } from "../src/memory-backend.ts";
import { createSafeStorageBackend } from "../src/safe-storage/safe-storage-backend.ts";
import type { EntryRef, SecretBackend } from "../src/secret-backend.ts";
import { splitValues } from "../src/split-values.ts";
import { secretText } from "./arbitraries.ts";
import { makeFolder } from "./make-folder.ts";
import { createTestCipher, laterCipher } from "./test-cipher.ts";

const keychainOptions = () => ({
  service: `latchkey-test-${randomUUID()}`,
  product: "Latchkey",
  deadlineMs: 5_000,
  env: () => process.env,
});

const backends: { title: string; create: () => Promise<SecretBackend> }[] = [
  { title: "memory", create: async () => createMemoryBackend() },
  { title: "env-file", create: async () => createEnvFileBackend({ folder: await makeFolder() }) },
  {
    title: "env-file sealed with a passphrase",
    create: async () =>
      createEnvFileBackend({ folder: await makeFolder(), passphrase: () => "canary-phrase" }),
  },
  {
    title: "safe-storage with a cipher that answers at once",
    create: async () => createSafeStorageBackend({ folder: await makeFolder(), cipher: createTestCipher() }),
  },
  {
    title: "safe-storage with a cipher that answers later",
    create: async () =>
      createSafeStorageBackend({ folder: await makeFolder(), cipher: laterCipher(createTestCipher()) }),
  },
  {
    title: "memory with values split",
    create: async () => splitValues(createMemoryBackend(), { maxUnits: 1_280 }),
  },
  {
    title: "memory with every value split",
    create: async () => splitValues(createMemoryBackend(), { maxUnits: 2 }),
  },
  {
    title: "env-file with values split",
    create: async () =>
      splitValues(createEnvFileBackend({ folder: await makeFolder() }), { maxUnits: 1_280 }),
  },
  { title: "keychain", create: async () => createKeychainBackend(keychainOptions()) },
  {
    title: "keychain with values split",
    create: async () => splitValues(createKeychainBackend(keychainOptions()), { maxUnits: 1_280 }),
  },
  { title: "keychain through @napi-rs/keyring", create: async () => createKeyringBackend(keychainOptions()) },
];

function entry(key = "provider.openai.api-key", version = newVersion()): EntryRef {
  return { key: SecretKey.parse(key), version, envName: EnvName.parse("PROVIDER_OPENAI_API_KEY") };
}

describe.each(backends)("the storage backend $title", ({ create }) => {
  const opened: SecretBackend[] = [];
  const open = async () => {
    const backend = await create();
    opened.push(backend);
    return backend;
  };
  afterAll(() => Promise.all(opened.map((backend) => backend.close())));

  test("works, and leaves nothing of its canary", async () => {
    const backend = await open();
    expect([await backend.probe(), await backend.probe()]).toEqual(["working", "working"]);
  });

  test("gives back what was written, and nothing after it was removed", async () => {
    const backend = await open();
    const ref = entry();
    await backend.write(ref, "canary-value");
    const written = [await backend.read([ref]), await backend.inspect([ref])];
    await backend.remove(ref);
    expect([...written, await backend.read([ref]), await backend.inspect([ref])]).toEqual([
      [{ state: "present", value: "canary-value" }],
      ["present"],
      [{ state: "absent" }],
      ["absent"],
    ]);
  });

  test("reads a batch in the order asked, absent entries included", async () => {
    const backend = await open();
    const [first, missing, second] = [entry("provider.a.x"), entry("provider.b.x"), entry("provider.c.x")];
    await backend.write(second, "canary-2");
    await backend.write(first, "canary-1");
    expect(await backend.read([first, missing, second])).toEqual([
      { state: "present", value: "canary-1" },
      { state: "absent" },
      { state: "present", value: "canary-2" },
    ]);
    expect(await backend.inspect([missing, second])).toEqual(["absent", "present"]);
  });

  test("takes several values together, and lets go of them together", async () => {
    const backend = await open();
    const refs = [entry("provider.a.x"), entry("provider.b.x"), entry("provider.c.x")];
    const added = refs.map((ref) => ({ entry: ref, value: `canary-${ref.key}` }));
    await (backend.writeAll?.(added) ??
      Promise.all(added.map(({ entry: ref, value }) => backend.write(ref, value))));
    const written = await backend.read(refs);
    await Promise.all(refs.map((ref) => backend.remove(ref)));
    expect([written, await backend.inspect(refs)]).toEqual([
      added.map(({ value }) => ({ state: "present", value })),
      ["absent", "absent", "absent"],
    ]);
  });

  test("keeps two versions of a key apart until one is removed", async () => {
    const backend = await open();
    const [former, next] = [entry(), entry()];
    await backend.write(former, "canary-former");
    await backend.write(next, "canary-next");
    const both = await backend.read([former, next]);
    await backend.remove(former);
    expect([both, await backend.read([former, next])]).toEqual([
      [
        { state: "present", value: "canary-former" },
        { state: "present", value: "canary-next" },
      ],
      [{ state: "absent" }, { state: "present", value: "canary-next" }],
    ]);
  });

  test("takes the removal of an entry that is not there", async () => {
    const backend = await open();
    const missing = entry();
    await (await backend.remove(missing))?.settled;
    expect(await backend.inspect([missing])).toEqual(["absent"]);
  });

  test("answers an empty batch", async () => {
    const backend = await open();
    expect([await backend.read([]), await backend.inspect([])]).toEqual([[], []]);
  });

  test("gives any text back byte for byte", async () => {
    const backend = await open();
    const roundTrip = fc.asyncProperty(secretText, async (value) => {
      const ref = entry();
      await backend.write(ref, value);
      expect(await backend.read([ref])).toEqual([{ state: "present", value }]);
      await backend.remove(ref);
    });
    await fc.assert(roundTrip, { numRuns: 15 });
  });

  test("keeps the largest value", async () => {
    const backend = await open();
    const [ref, value] = [entry(), "canary-€".repeat(6_553)];
    await backend.write(ref, value);
    expect(await backend.read([ref])).toEqual([{ state: "present", value }]);
  });

  test("lists the entries that are there, each once, and nothing of its canary", async () => {
    const backend = await open();
    await backend.probe();
    const [former, next, other] = [entry(), entry(), entry("provider.b.x")];
    await backend.write(former, "canary-former");
    await backend.write(next, "canary-next-and-longer");
    await backend.write(other, "canary-other");
    await backend.remove(former);
    const { entries, others } = await backend.list();
    const found = entries.map(({ key, version, storageBackend, protection }) => ({
      ref: `${key}#${version}`,
      storageBackend,
      protection,
    }));
    const { name: storageBackend, protection } = backend;
    expect([others, found.toSorted((a, b) => (a.ref < b.ref ? -1 : 1))]).toEqual([
      0,
      [other, next]
        .map(({ key, version }) => ({ ref: `${key}#${version}`, storageBackend, protection }))
        .toSorted((a, b) => (a.ref < b.ref ? -1 : 1)),
    ]);
  });

  test("opens again after it was closed", async () => {
    const backend = await open();
    const ref = entry();
    await backend.write(ref, "canary-value");
    await backend.close();
    expect(await backend.read([ref])).toEqual([{ state: "present", value: "canary-value" }]);
  });
});

test("both keychain clients see each other's entries", async () => {
  const options = keychainOptions();
  const [native, binding] = [createKeychainBackend(options), createKeyringBackend(options)];
  const [ours, theirs] = [entry("provider.a.x"), entry("provider.b.x")];
  await native.write(ours, "canary-ours");
  await binding.write(theirs, "canary-theirs");
  expect([await binding.read([ours]), await native.read([ours, theirs])]).toEqual([
    [{ state: "present", value: "canary-ours" }],
    [
      { state: "present", value: "canary-ours" },
      { state: "present", value: "canary-theirs" },
    ],
  ]);
  await native.remove(theirs);
  expect(await binding.inspect([theirs])).toEqual(["absent"]);
  await native.close();
});

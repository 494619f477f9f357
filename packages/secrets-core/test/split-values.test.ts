import { AppError } from "@latchkey/api-contracts/errors";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { SecretValue } from "@latchkey/api-contracts/text";
import { expect, test } from "vitest";
import { newVersion } from "../src/entry-version.ts";
import { createMemoryBackend } from "../src/memory-backend.ts";
import type { EntryRef } from "../src/secret-backend.ts";
import { splitValues } from "../src/split-values.ts";
import { codeOf } from "./open-store.ts";

/** What a Windows credential holds, in UTF-16 code units. */
const maxUnits = 1_280;
const long = "canary-😀".repeat(700);
const entry = (): EntryRef => ({
  key: SecretKey.parse("provider.openai.api-key"),
  version: newVersion(),
  envName: EnvName.parse("PROVIDER_OPENAI_API_KEY"),
});

test("a value within the limit lies in one entry, a longer one in parts that each stay within it", async () => {
  const inner = createMemoryBackend();
  const backend = splitValues(inner, { maxUnits });
  await backend.write(entry(), "c".repeat(maxUnits));
  expect(inner.entries.size).toBe(1);
  const ref = entry();
  await backend.write(ref, long);
  const texts = [...inner.entries.values()];
  expect([
    texts.length,
    texts.every((text) => text.length <= maxUnits && SecretValue.safeParse(text).success),
  ]).toEqual([7, true]);
  expect(await backend.read([ref])).toEqual([{ state: "present", value: long }]);
});

test("a value that looks like a header comes back as it is", async () => {
  const backend = splitValues(createMemoryBackend(), { maxUnits });
  const [ref, value] = [entry(), `latchkey-parts 1 2 ${"0".repeat(64)}`];
  await backend.write(ref, value);
  expect(await backend.read([ref])).toEqual([{ state: "present", value }]);
});

test("a write that was cut short at any entry is absent, and its removal leaves nothing", async () => {
  for (let limit = 0; limit < 6; limit++) {
    let writes = 0;
    const failure = new AppError("secrets.locked");
    const inner = createMemoryBackend({
      failWith: (call) => (call === "write" && ++writes > limit ? failure : undefined),
    });
    const [backend, ref] = [splitValues(inner, { maxUnits }), entry()];
    await codeOf(backend.write(ref, long));
    expect([limit, inner.entries.size, await backend.read([ref])]).toEqual([
      limit,
      limit,
      [{ state: "absent" }],
    ]);
    await backend.remove(ref);
    expect(inner.entries.size).toBe(0);
  }
});

test("a removal that was cut short at any entry gives no torn value, and can be ended", async () => {
  for (let limit = 0; limit < 6; limit++) {
    let removes = Number.NEGATIVE_INFINITY;
    const failure = new AppError("secrets.locked");
    const inner = createMemoryBackend({
      failWith: (call) => (call === "remove" && ++removes > limit ? failure : undefined),
    });
    const [backend, ref] = [splitValues(inner, { maxUnits }), entry()];
    await backend.write(ref, long);
    removes = 0;
    await codeOf(backend.remove(ref));
    const [reading] = await backend.read([ref]);
    expect([limit, reading?.state]).toEqual([limit, limit === 0 ? "present" : "unreadable"]);
    removes = Number.NEGATIVE_INFINITY;
    await backend.remove(ref);
    expect(inner.entries.size).toBe(0);
  }
});

test("a part that is missing or of another write makes the value unreadable", async () => {
  const inner = createMemoryBackend();
  const [backend, ref] = [splitValues(inner, { maxUnits }), entry()];
  await backend.write(ref, long);
  const address = [...inner.entries.keys()].find((key) => key.endsWith(".2")) ?? "";
  inner.entries.set(address, "canary-of-another-write");
  const changed = await backend.inspect([ref]);
  inner.entries.delete(address);
  expect([changed, await backend.inspect([ref])]).toEqual([["unreadable"], ["unreadable"]]);
});

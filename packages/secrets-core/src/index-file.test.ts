import { appendFile, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeFolder } from "../test/make-folder.ts";
import { newVersion } from "./entry-version.ts";
import {
  abandonIntent,
  applyIntent,
  emptyIndex,
  type Index,
  type IndexEdit,
  type IndexRecord,
  noteIntent,
  recordsOf,
  reserveVersions,
} from "./index-document.ts";
import { openIndexFile } from "./index-file.ts";
import { parseLightIndex } from "./quick-read/light-index.ts";

const at = "2026-01-01T00:00:00.000Z";
const keyOf = (n: number) => SecretKey.parse(`provider.a${n}.token`);

function recordOf(n: number): IndexRecord {
  return {
    envName: EnvName.parse(`PROVIDER_A${n}_TOKEN`),
    ...(n % 2 === 1 && { aliases: [EnvName.parse(`TOKEN_${n}`)] }),
    storageBackend: "keychain",
    protection: "os-user",
    storageReason: "working",
    version: newVersion(),
    place: { path: `/collection/login/${n}`, proof: "a".repeat(22) },
    source: "entered",
    createdAt: at,
    updatedAt: at,
  };
}

type Step = Readonly<{ n: number; op: IndexEdit["op"]; mode: "at-once" | "staged"; isAbandoned: boolean }>;

const steps = fc.array(
  fc.record<Step>({
    n: fc.nat(6),
    op: fc.constantFrom("set", "remove"),
    mode: fc.constantFrom("at-once", "staged"),
    isAbandoned: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

/** The states that a step goes through, each of which is written. */
function statesOf(index: Index, { n, op, mode, isAbandoned }: Step): Index[] {
  const edit: IndexEdit = op === "set" ? { op, record: recordOf(n) } : { op };
  const noted = noteIntent(index, { mode, notedAt: at, edits: { [keyOf(n)]: edit }, takenBack: [] });
  return [noted, isAbandoned ? abandonIntent(noted) : reserveVersions(applyIntent(noted))];
}

async function openFolder() {
  const folder = await makeFolder();
  const path = join(folder, "secrets-index.json");
  return { folder, path, copy: `${path}.previous` };
}

/** Writes the steps, and gives every state with the bytes of the file then. */
async function writeAll(folder: string, path: string, given: readonly Step[]) {
  const files = [openIndexFile(folder), openIndexFile(folder)];
  const written: { index: Index; bytes: number }[] = [];
  let index = await (files[0]?.read() ?? emptyIndex);
  for (const [i, step] of given.entries()) {
    // Two processes in turn.
    const file = files[i % 2];
    if (!file) continue;
    index = await file.read();
    for (const state of statesOf(index, step)) {
      await file.write(state);
      written.push({ index: state, bytes: (await readFile(path)).length });
    }
  }
  await Promise.all(files.map((file) => file.settle()));
  return written;
}

const plain = (index: Index | undefined) => index && { ...index, secrets: recordsOf(index) };
const read = async (folder: string) => plain(await openIndexFile(folder).read());

describe("the index on disk", () => {
  test("tells every process the newest state, whoever wrote it", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const { folder, path } = await openFolder();
        const written = await writeAll(folder, path, given);
        expect(await read(folder)).toEqual(plain(written.at(-1)?.index));
      }),
      { numRuns: 40 },
    );
  });

  test("cut off at any byte of its last line, is as before that line, and takes the next change", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (given, cut) => {
        const { folder, path } = await openFolder();
        const written = await writeAll(folder, path, given);
        const [before, last] = written.slice(-2);
        if (!before || !last || last.bytes <= before.bytes) return;
        await truncate(path, before.bytes + (cut % (last.bytes - before.bytes)));
        expect(await read(folder)).toEqual(plain(before.index));
        const file = openIndexFile(folder);
        const [next] = statesOf(await file.read(), { n: 1, op: "set", mode: "staged", isAbandoned: false });
        if (next) await file.write(next);
        await file.settle();
        expect(await read(folder)).toEqual(plain(next));
      }),
      { numRuns: 60 },
    );
  });

  test("with its last line full of holes after a power cut, is as before that line", async () => {
    const { folder, path } = await openFolder();
    const written = await writeAll(folder, path, [{ n: 1, op: "set", mode: "at-once", isAbandoned: false }]);
    await appendFile(path, `{"secrets":{"provider.a2${"\0".repeat(300)}"}}\n`);
    expect(await read(folder)).toEqual(plain(written.at(-1)?.index));
  });

  test.each([
    ["torn", (path: string) => writeFile(path, "{ torn")],
    ["deleted", (path: string) => rm(path)],
    [
      "damaged in the middle",
      async (path: string) =>
        writeFile(path, (await readFile(path, "utf8")).replace("notedAt", "noted\u0001")),
    ],
  ])("that was %s is taken whole from its copy, and written anew by the next change", async (_, harm) => {
    const { folder, path } = await openFolder();
    const given = [1, 2, 3].map((n): Step => ({ n, op: "set", mode: "at-once", isAbandoned: false }));
    const written = await writeAll(folder, path, given);
    await harm(path);
    const file = openIndexFile(folder);
    const found = await file.read();
    const last = plain(written.at(-1)?.index);
    // A copy may be older than the entries, and reserves nothing.
    expect([plain(found), file.isCopy()]).toEqual([{ ...last, reserved: [] }, true]);
    await file.write(found);
    await file.settle();
    expect([await read(folder), (await readFile(path, "utf8")).split("\n").length]).toEqual([
      plain(found),
      2,
    ]);
  });

  test("is written whole again before its changes outgrow it", async () => {
    const { folder, path } = await openFolder();
    const given = Array.from(
      { length: 150 },
      (): Step => ({ n: 1, op: "set", mode: "at-once", isAbandoned: true }),
    );
    const written = await writeAll(folder, path, given);
    const sizes = written.map(({ bytes }) => bytes);
    expect([await read(folder), sizes.some((size, i) => size < (sizes[i - 1] ?? 0))]).toEqual([
      plain(written.at(-1)?.index),
      true,
    ]);
  });

  test("is read by the light reader as by the store's own, or not at all", async () => {
    const seen = { read: 0, left: 0 };
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const { folder, path } = await openFolder();
        await writeAll(folder, path, given);
        const index = await openIndexFile(folder).read();
        const light = parseLightIndex(await readFile(path, "utf8"));
        seen[light ? "read" : "left"] += 1;
        const expected = [...index.secrets].map(([key, { envName, aliases = [], version, place }]) => ({
          key,
          envName,
          aliases,
          version,
          place,
        }));
        const found: readonly unknown[] = light ?? expected;
        expect(new Set(found)).toEqual(new Set(expected));
      }),
      { numRuns: 60 },
    );
    expect(seen.read).toBeGreaterThan(0);
  });
});

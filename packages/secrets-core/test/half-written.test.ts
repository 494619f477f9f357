import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { createSafeStorageBackend } from "../src/safe-storage/safe-storage-backend.ts";
import { makeFolder } from "./make-folder.ts";
import { openStore } from "./open-store.ts";
import { createTestCipher } from "./test-cipher.ts";

test.each([
  ["env-file", "secrets.env", (folder: string) => createEnvFileBackend({ folder })],
  [
    "safe-storage",
    "safe-storage/entries.jsonl",
    (folder: string) => createSafeStorageBackend({ folder, cipher: createTestCipher() }),
  ],
])(
  "a file of %s that a kill left half-written goes with the next change, and no other file does",
  async (...what) => {
    const [, file, create] = what;
    const folder = await makeFolder();
    const [place, name] = [join(folder, file, ".."), file.split("/").at(-1)];
    const [left, other, probe] = [
      `.${name}.0123456789abcdef.tmp`,
      `.${name}.of-a-person.tmp`,
      `.${name}.abcdefghijkl.probe.0123456789abcdef.tmp`,
    ];
    await mkdir(place, { recursive: true });
    for (const planted of [left, other, probe]) await writeFile(join(place, planted), "canary-removed-since");
    const { store } = await openStore({ folder, backends: [create(folder)] });
    await store.set("provider.openai.api-key", "canary-1");
    expect((await readdir(place)).filter((found) => found.endsWith(".tmp")).toSorted()).toEqual(
      [other, probe].toSorted(),
    );
  },
);

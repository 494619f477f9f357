import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { verify } from "./assembled.ts";
import { describeRuntime } from "./runtime.ts";

test("one line says which Electron runs and which one the product ships with", () => {
  const runtime = { path: "/r/electron", folder: "/r", shippedVersion: "45.4.1" };
  expect([
    describeRuntime({ ...runtime, version: "45.4.1", kind: "official" }),
    describeRuntime({ ...runtime, version: "33.2.1", kind: "assembled" }),
    describeRuntime({ ...runtime, version: "44.0.0", kind: "given" }),
  ]).toEqual([
    "Electron 45.4.1",
    "Electron 33.2.1 (assembled from the registry; the product ships with 45.4.1)",
    "Electron 44.0.0 (given: /r/electron; the product ships with 45.4.1)",
  ]);
});

test("an archive with another hash than the pinned one is refused", async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-archive-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "archive.tgz");
  await writeFile(file, "as published");
  const pinned = createHash("sha512").update("as published").digest("base64");
  await expect(verify(file, pinned)).resolves.toBeUndefined();
  await writeFile(file, "altered");
  await expect(verify(file, pinned)).rejects.toThrow("not the pinned archive");
});

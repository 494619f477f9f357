import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError, type ErrorCode } from "@latchkey/api-contracts/errors";
import { expect, onTestFinished, test } from "vitest";
import { folderLimits, hashFiles, readExtension } from "./extension-folder.ts";

const manifest = {
  publisher: "acme",
  name: "models",
  version: "1.0.0",
  displayName: "Models",
  type: "module",
  main: "./dist/main.js",
  dependencies: { left: "1.0.0" },
};

/** The folder of a good extension. */
async function writeExtension(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "extension-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "dist"));
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  await writeFile(join(folder, "dist", "main.js"), "export {};");
  return folder;
}

async function refusalOf(folder: string): Promise<{ code: ErrorCode; field?: unknown; rule?: unknown }> {
  const error = await readExtension(folder).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw new Error("it was taken", { cause: error });
  const { field, file, rule } = error.details;
  return { code: error.code, field: field ?? file, rule };
}

test("an extension is its publisher and name, and what its files hash to", async () => {
  const folder = await writeExtension();
  const { id, manifest, contentHash, files } = await readExtension(folder);
  expect([id, manifest.main, [...files.keys()].toSorted()]).toEqual([
    "acme.models",
    "dist/main.js",
    ["dist/main.js", "package.json"],
  ]);
  expect(contentHash).toBe(hashFiles(files));
});

test("other code under the same version is another hash", async () => {
  const folder = await writeExtension();
  const before = await readExtension(folder);
  await writeFile(join(folder, "dist", "main.js"), "export { };");
  expect((await readExtension(folder)).contentHash).not.toBe(before.contentHash);
});

test("code that is changed after it was read is not the code that runs", async () => {
  const folder = await writeExtension();
  const { files } = await readExtension(folder);
  await writeFile(join(folder, "dist", "main.js"), "throw 1;");
  expect(files.get("dist/main.js")?.toString()).toBe("export {};");
});

test("bytes that move from one file to the next, or into a name, are another hash", () => {
  const hashes = [
    { a: "xy", b: "" },
    { a: "x", b: "y" },
    { a: "", b: "xy" },
    { ab: "xy" },
    { "a 2 xy1 b": "" },
  ].map((files) =>
    hashFiles(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))),
  );
  expect(new Set(hashes).size).toBe(5);
});

test("the order in which files are found does not matter", () => {
  const a = ["a", Buffer.from("1")] as const;
  const b = ["b", Buffer.from("2")] as const;
  expect(hashFiles(new Map([a, b]))).toBe(hashFiles(new Map([b, a])));
});

test("a link is refused, to a file and to a folder", async () => {
  const folder = await writeExtension();
  await symlink("/etc/hostname", join(folder, "dist", "link.js"));
  expect(await refusalOf(folder)).toEqual({ code: "files.unsafe", field: "dist/link.js", rule: "is-link" });
  await rm(join(folder, "dist", "link.js"));
  await symlink(tmpdir(), join(folder, "more"));
  expect(await refusalOf(folder)).toEqual({ code: "files.unsafe", field: "more", rule: "is-link" });
});

test("a folder that is itself a link is refused", async () => {
  const folder = await writeExtension();
  const link = `${folder}-link`;
  await symlink(folder, link);
  expect(await refusalOf(link)).toEqual({ code: "files.unsafe", field: "folder", rule: "is-link" });
  await rm(link);
});

test("a pipe is refused without waiting for its writer", async () => {
  const folder = await writeExtension();
  execFileSync("mkfifo", [join(folder, "pipe.js")]);
  expect(await refusalOf(folder)).toEqual({ code: "files.unsafe", field: "pipe.js", rule: "not-file" });
});

test("what tools leave beside the code is not read, links in it neither", async () => {
  const folder = await writeExtension();
  await mkdir(join(folder, "node_modules"));
  await writeFile(join(folder, ".env"), "canary");
  await symlink(tmpdir(), join(folder, "node_modules", "left"));
  expect([...(await readExtension(folder)).files.keys()].toSorted()).toEqual([
    "dist/main.js",
    "package.json",
  ]);
});

test("too many bytes are refused before they are read", async () => {
  const folder = await writeExtension();
  await writeFile(join(folder, "large.bin"), "");
  await truncate(join(folder, "large.bin"), folderLimits.maxBytes + 1);
  expect(await refusalOf(folder)).toEqual({ code: "extensions.invalid", field: "files", rule: "too-long" });
});

test("too many files are refused", async () => {
  const folder = await writeExtension();
  const names = Array.from({ length: folderLimits.maxFiles }, (_, index) => `f${index}.js`);
  await Promise.all(names.map((name) => writeFile(join(folder, name), "")));
  expect(await refusalOf(folder)).toEqual({ code: "extensions.invalid", field: "files", rule: "too-long" });
});

test.for([
  ["no name", { name: undefined }, "name", "missing"],
  ["a name that climbs", { name: "../models" }, "name", "wrong-form"],
  ["a name that is a number", { name: "1" }, "name", "wrong-form"],
  ["a publisher with a dot", { publisher: "acme.inc" }, "publisher", "wrong-form"],
  ["code that is not there", { main: "./other.js" }, "main", "missing"],
  ["code outside its folder", { main: "../main.js" }, "main", "wrong-form"],
  ["code that is no script", { main: "./package.json" }, "main", "wrong-form"],
  ["code of the other kind", { type: "commonjs" }, "type", "not-allowed"],
  ["a contribution of no known kind", { contributes: { commands: [] } }, "contributes", "unknown-field"],
] as const)("a manifest with %s is refused", async ([, change, field, rule]) => {
  const folder = await writeExtension();
  await writeFile(join(folder, "package.json"), JSON.stringify({ ...manifest, ...change }));
  expect(await refusalOf(folder)).toEqual({ code: "extensions.invalid", field, rule });
});

test("a manifest that is missing or no JSON is refused", async () => {
  const folder = await writeExtension();
  await writeFile(join(folder, "package.json"), "{");
  expect(await refusalOf(folder)).toMatchObject({ field: "package.json", rule: "wrong-form" });
  await rm(join(folder, "package.json"));
  expect(await refusalOf(folder)).toMatchObject({ field: "package.json", rule: "missing" });
});

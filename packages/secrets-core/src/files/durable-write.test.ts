import { execFile } from "node:child_process";
import { chmod, chown, link, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeFolder } from "../../test/make-folder.ts";
import { codeOf } from "../../test/open-store.ts";
import { durableWrite } from "./durable-write.ts";
import { readOwnFile } from "./safe-file.ts";

const run = promisify(execFile);

test("a file is replaced whole, for its owner alone, with the former text beside it and nothing else", async () => {
  const folder = join(await makeFolder(), "data");
  const path = join(folder, "a.json");
  const previous = `${path}.previous`;
  for (const text of ["one", "two", "three"]) await durableWrite(path, text, { previous });
  expect([
    await readFile(path, "utf8"),
    await readFile(previous, "utf8"),
    (await stat(path)).mode & 0o777,
    (await stat(folder)).mode & 0o777,
    await readdir(folder),
  ]).toEqual(["three", "two", 0o600, 0o700, ["a.json", "a.json.previous"]]);
});

test("a write after one that was killed before its last step leaves nothing else behind", async () => {
  const folder = await makeFolder();
  const path = join(folder, "a.json");
  const previous = `${path}.previous`;
  await durableWrite(path, "one");
  await link(path, previous);
  await durableWrite(path, "two", { previous });
  expect([await readFile(path, "utf8"), await readFile(previous, "utf8"), await readdir(folder)]).toEqual([
    "two",
    "one",
    ["a.json", "a.json.previous"],
  ]);
});

test("a folder or file that others could read is narrowed", async () => {
  const folder = await makeFolder();
  const path = join(folder, "a.json");
  await writeFile(path, "text", { mode: 0o644 });
  await chmod(folder, 0o755);
  await readOwnFile(path);
  await durableWrite(join(folder, "b.json"), "text");
  expect([(await stat(path)).mode & 0o777, (await stat(folder)).mode & 0o777]).toEqual([0o600, 0o700]);
});

test("a link is neither read nor replaced, and what it points to stays", async () => {
  const folder = await makeFolder();
  const [target, path] = [join(folder, "target"), join(folder, "a.json")];
  await writeFile(target, "theirs");
  await symlink(target, path);
  expect([
    await codeOf(readOwnFile(path)),
    await codeOf(durableWrite(path, "ours")),
    await readFile(target, "utf8"),
  ]).toEqual(["files.unsafe", "files.unsafe", "theirs"]);
});

test("a folder that is a link is refused", async () => {
  const folder = await makeFolder();
  await mkdir(join(folder, "real"));
  await symlink(join(folder, "real"), join(folder, "link"));
  expect(await codeOf(durableWrite(join(folder, "link", "a.json"), "ours"))).toBe("files.unsafe");
});

test("a FIFO and a folder in a file's place are refused without waiting", async () => {
  const folder = await makeFolder();
  await run("mkfifo", [join(folder, "fifo")]);
  await mkdir(join(folder, "folder"));
  const codes = ["fifo", "folder"].flatMap((name) => [
    codeOf(readOwnFile(join(folder, name))),
    codeOf(durableWrite(join(folder, name), "ours")),
  ]);
  expect(await Promise.all(codes)).toEqual(Array.from({ length: 4 }, () => "files.unsafe"));
});

test("another user's file is refused", async () => {
  const mine = join(await makeFolder(), "a.json");
  await writeFile(mine, "theirs");
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await chown(mine, 65_534, 65_534);
  expect(await codeOf(readOwnFile(isRoot ? mine : "/etc/passwd"))).toBe("files.unsafe");
});

test("a file that is not there is undefined, and a failure names the file, not its folder", async () => {
  const folder = await makeFolder();
  expect(await readOwnFile(join(folder, "none"))).toBeUndefined();
  await writeFile(join(folder, "file"), "");
  const error = await readOwnFile(join(folder, "file", "x")).catch((error: unknown) => error);
  expect(error).toMatchObject({
    code: "files.failed",
    details: { file: "x", operation: "read", reason: "ENOTDIR" },
  });
});

import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, lstat, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { fileFailed, fileUnsafe, systemCode } from "./file-error.ts";
import { syncFolder } from "./safe-file.ts";

/** Links cannot be made there, on a memory stick for example. */
const noLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/**
 * Makes a file in a folder that is not ours, whole or not at all; mode 0600.
 *
 * @throws `backup.exists` when there is something of this name, `files.failed`
 */
export async function writeNewFile(path: string, text: string): Promise<void> {
  await throughTemporary(path, text, 0o600, async (temporary) => {
    if (await isThere(path)) throw new AppError("backup.exists", { file: basename(path) });
    try {
      await link(temporary, path);
    } catch (error) {
      if (systemCode(error) === "EEXIST") throw new AppError("backup.exists", { file: basename(path) });
      if (!noLinks.has(systemCode(error))) throw error;
      await rename(temporary, path);
    }
  });
}

/**
 * Replaces the text of a person's file, whole or not at all, and keeps its mode.
 *
 * @throws `files.unsafe` when it is a link or no file, `files.failed`, also when the text is no longer the former one
 */
export async function replaceForeignFile(path: string, text: string, former: string): Promise<void> {
  try {
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) throw fileUnsafe(path, "is-link");
    if (!stats.isFile()) throw fileUnsafe(path, "not-file");
    await throughTemporary(path, text, stats.mode & 0o777, async (temporary) => {
      if ((await readForeignFile(path)) !== former) throw Object.assign(new Error(), { code: "changed" });
      await rename(temporary, path);
    });
  } catch (error) {
    throw fileFailed(path, "written", error);
  }
}

/** Reads a person's file; a FIFO in its place does not block. @throws `files.unsafe`, `files.failed` */
export async function readForeignFile(path: string): Promise<string> {
  try {
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!(await file.stat()).isFile()) throw fileUnsafe(path, "not-file");
      return await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch (error) {
    throw fileFailed(path, "read", error);
  }
}

async function throughTemporary(
  path: string,
  text: string,
  mode: number,
  putInPlace: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await putInPlace(temporary);
    await syncFolder(dirname(path));
  } catch (error) {
    throw fileFailed(path, "written", error);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

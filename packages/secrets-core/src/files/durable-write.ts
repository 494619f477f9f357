import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileFailed, systemCode } from "./file-error.ts";
import { writeAll } from "./line-file.ts";
import { ensureFolder, refuseUnsafeTarget, syncFolder } from "./safe-file.ts";

export type DurableWriteOptions = {
  /** Where the copy that is replaced stays; none is kept without it. */
  previous?: string;
};

/**
 * Replaces a file so that after a crash at any point either the old text or the new one is there, whole, and after
 * the return the new one. The file has mode 0600, in a folder with mode 0700.
 *
 * @throws `files.unsafe` when a link, FIFO or another user's file is in its place; `files.failed`
 * @see https://man7.org/linux/man-pages/man2/fsync.2.html: a new name is safe once its folder is synchronised
 */
export async function durableWrite(
  path: string,
  text: string,
  options: DurableWriteOptions = {},
): Promise<void> {
  await ensureFolder(dirname(path));
  await refuseUnsafeTarget(path);
  const temporary = temporaryPath(path);
  try {
    await writeExclusive(temporary, text);
    if (options.previous) await keepUnder(path, options.previous);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileFailed(path, "written", error);
  }
}

/**
 * Makes a file as durably as `durableWrite`, unless there is one: then it stays, and the answer is false. Of several
 * processes that try, one makes it.
 *
 * @throws as `durableWrite`
 */
export async function durableCreate(path: string, text: string): Promise<boolean> {
  await ensureFolder(dirname(path));
  const temporary = temporaryPath(path);
  try {
    await writeExclusive(temporary, text);
    await link(temporary, path);
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw fileFailed(path, "written", error);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

export function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(8).toString("hex")}.tmp`);
}

/** What follows the name of a file in that of its temporary one. */
const temporaryEnd = /^[0-9a-f]{16}\.tmp$/;

/**
 * Removes what writes to this path left half-written when they were killed: it may hold what was removed since. For
 * whoever holds the lock under which the path is written.
 */
export async function removeTemporaries(path: string): Promise<void> {
  const [folder, start] = [dirname(path), `.${basename(path)}.`];
  const names = await readdir(folder).catch(() => []);
  const left = names.filter((name) => name.startsWith(start) && temporaryEnd.test(name.slice(start.length)));
  // Where nothing can be removed, nothing can be written either, and that is told.
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true }).catch(() => undefined)));
}

async function writeExclusive(path: string, text: string): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  const file = await open(path, flags, 0o600);
  try {
    writeAll(file.fd, Buffer.from(text), 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Gives the content of a file that is about to be replaced a second name; a link costs no write of the data. */
export async function keepUnder(path: string, name: string): Promise<void> {
  const temporary = temporaryPath(name);
  try {
    await link(path, temporary).catch(async (error: unknown) => {
      if (systemCode(error) === "ENOENT") throw error;
      await copyFile(path, temporary, constants.COPYFILE_EXCL);
    });
    await rename(temporary, name);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  } finally {
    // Two names of one file stay when one is renamed to the other, as after a kill between this and the replacement.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

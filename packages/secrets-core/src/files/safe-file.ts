import { constants, type Stats } from "node:fs";
import { chmod, type FileHandle, lstat, mkdir, open } from "node:fs/promises";
import { AppError } from "@latchkey/api-contracts/errors";
import { fileFailed, fileUnsafe, systemCode } from "./file-error.ts";

// Windows has neither flag; there the check of the kind of file has to do.
const noFollow = constants.O_NOFOLLOW ?? 0;
const nonBlock = constants.O_NONBLOCK ?? 0;

/**
 * Makes the folder with mode 0700, or checks and narrows the one that is there.
 *
 * @throws `files.unsafe` when it is a link or another user's, `files.failed`
 */
export async function ensureFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) throw fileUnsafe(path, "is-link");
    refuseForeign(path, stats);
    if ((stats.mode & 0o077) !== 0 && process.platform !== "win32") await chmod(path, 0o700);
  } catch (error) {
    throw fileFailed(path, "written", error);
  }
}

/**
 * Reads a file of ours and narrows its mode to 0600; `undefined` when there is none. Links are not followed, and a
 * FIFO in its place does not block.
 *
 * @throws `files.unsafe`, `files.failed`
 */
export async function readOwnFile(path: string): Promise<string | undefined> {
  const file = await openOwnFile(path);
  if (!file) return undefined;
  try {
    return await file.readFile("utf8");
  } catch (error) {
    throw fileFailed(path, "read", error);
  } finally {
    await file.close();
  }
}

/** Opens a file as `readOwnFile` does; the caller closes it. @throws `files.unsafe`, `files.failed` */
export async function openOwnFile(path: string): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, constants.O_RDONLY | noFollow | nonBlock);
    try {
      const stats = await file.stat();
      refuseUnsafe(path, stats);
      if ((stats.mode & 0o077) !== 0 && process.platform !== "win32") await file.chmod(0o600);
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    if (systemCode(error) === "ELOOP") throw fileUnsafe(path, "is-link");
    if (systemCode(error) === "ENXIO" || systemCode(error) === "EISDIR") throw fileUnsafe(path, "not-file");
    throw fileFailed(path, "read", error);
  }
}

/**
 * Checks that nothing, or a file of ours, is at the path.
 *
 * @throws `files.unsafe`, `files.failed`
 */
export async function refuseUnsafeTarget(path: string): Promise<void> {
  try {
    refuseUnsafe(path, await lstat(path));
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw fileFailed(path, "written", error);
  }
}

/** Puts the names of a folder on the disk; one that is not there has none. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and keeps names in its own journal.
  if (process.platform === "win32") return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Whether an error tells that nothing can be written here, rather than of this one write. */
export function isReadOnly(error: unknown): boolean {
  const code = error instanceof AppError ? error.details.reason : systemCode(error);
  return code === "EROFS" || code === "EACCES" || code === "EPERM";
}

function refuseUnsafe(path: string, stats: Stats): void {
  if (stats.isSymbolicLink()) throw fileUnsafe(path, "is-link");
  if (!stats.isFile()) throw fileUnsafe(path, "not-file");
  refuseForeign(path, stats);
}

function refuseForeign(path: string, stats: Stats): void {
  const uid = process.getuid?.();
  if (uid !== undefined && stats.uid !== uid) throw fileUnsafe(path, "foreign-owner");
}

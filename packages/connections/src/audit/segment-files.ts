import { closeSync, constants, fdatasync, fstatSync, fsync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** The segment that is written to. */
export const activeName = "activity.jsonl";
/** What was there before the log was a chain. */
export const beforeChainName = "activity-before-chain.jsonl";

const closedForm = /^activity-(\d{6})\.jsonl$/;

/** The file of a segment that is no longer written to. */
export const closedName = (segment: number) => `activity-${String(segment).padStart(6, "0")}.jsonl`;

/** The numbers of the closed segments that are there, ascending. */
export function listClosed(folder: string): number[] {
  const names = unlessMissing(() => readdirSync(folder)) ?? [];
  const numbers = names.flatMap((name) => closedForm.exec(name)?.[1] ?? []);
  return numbers.map(Number).toSorted((a, b) => a - b);
}

/** `undefined` when nothing is there. */
export function unlessMissing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** An error of ours with a word in the place of a system's code. */
export function failure(code: string): Error {
  return Object.assign(new Error(`The activity log: ${code}`), { code });
}

/**
 * Opens a file of the log, which must be a regular file and no link; its descriptor, `undefined` when there is none.
 *
 * @throws Error of the file system, or with the code `not-file`
 */
export function openOwn(path: string, access: number): number | undefined {
  // Windows has neither flag.
  const flags = access | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = unlessMissing(() => openSync(path, flags, 0o600));
  if (file !== undefined && !fstatSync(file).isFile()) {
    closeSync(file);
    throw failure("not-file");
  }
  return file;
}

/** Opens segment 0, which is what was before the chain, or a closed one. */
export const openClosed = (folder: string, segment: number) =>
  openOwn(join(folder, segment === 0 ? beforeChainName : closedName(segment)), constants.O_RDONLY);

export const openActive = (folder: string) => openOwn(join(folder, activeName), constants.O_RDONLY);

/**
 * Put an open file on the disk, beside the main thread. Whatever else is done to a file of the log is done on it: it is
 * over sooner than another thread is asked.
 */
export const syncFile = promisify(fsync);
export const syncData = promisify(fdatasync);

/** Puts the names of a folder on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder, and keeps names in its own journal.
  if (process.platform === "win32") return;
  const file = openSync(folder, constants.O_RDONLY);
  try {
    await syncFile(file);
  } finally {
    closeSync(file);
  }
}

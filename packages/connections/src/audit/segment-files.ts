import { constants } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The segment that is written to. */
export const activeName = "activity.jsonl";
/** What was there before the log was a chain. */
export const beforeChainName = "activity-before-chain.jsonl";

const closedForm = /^activity-(\d{6})\.jsonl$/;

/** The file of a segment that is no longer written to. */
export const closedName = (segment: number) => `activity-${String(segment).padStart(6, "0")}.jsonl`;

/** The numbers of the closed segments that are there, ascending. */
export async function listClosed(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  });
  const numbers = names.flatMap((name) => closedForm.exec(name)?.[1] ?? []);
  return numbers.map(Number).toSorted((a, b) => a - b);
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** An error of ours with a word in the place of a system's code. */
export function failure(code: string): Error {
  return Object.assign(new Error(`The activity log: ${code}`), { code });
}

/**
 * Opens a file of the log, which must be a regular file and no link; `undefined` when there is none.
 *
 * @throws Error of the file system, or with the code `not-file`
 */
export async function openOwn(path: string, access: number): Promise<FileHandle | undefined> {
  // Windows has neither flag.
  const flags = access | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags, 0o600).catch((error: unknown) => {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  });
  if (file && !(await file.stat()).isFile()) {
    await file.close();
    throw failure("not-file");
  }
  return file;
}

/** Opens segment 0, which is what was before the chain, or a closed one. */
export const openClosed = (folder: string, segment: number) =>
  openOwn(join(folder, segment === 0 ? beforeChainName : closedName(segment)), constants.O_RDONLY);

export const openActive = (folder: string) => openOwn(join(folder, activeName), constants.O_RDONLY);

/** Puts the names of a folder on the disk. */
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

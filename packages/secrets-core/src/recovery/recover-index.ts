import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import { keepUnder } from "../files/durable-write.ts";
import { fileFailed } from "../files/file-error.ts";
import { ensureFolder } from "../files/safe-file.ts";
import { withStoreLock } from "../files/store-lock.ts";
import { emptyIndex } from "../index-document.ts";
import { openIndexFile } from "../index-file.ts";
import type { SecretBackend } from "../secret-backend.ts";
import { type LeftEntry, rebuildIndex } from "./rebuild-index.ts";

export type RecoverIndexOptions = {
  /** The store's folder. No store is open on it. */
  folder: string;
  appId: string;
  /** All that the store used, with the passphrase of a sealed file. */
  backends: readonly SecretBackend[];
  /** The variables of `install.` keys by key, for storage backends that do not keep them. */
  envNames?: Readonly<Record<string, string>>;
  now?: () => Date;
};

/** What came of a recovery. `sound` means that nothing was done. */
export type IndexRecovery =
  | Readonly<{ state: "sound" }>
  | Readonly<{ state: "rebuilt"; recovered: readonly SecretKey[]; left: readonly LeftEntry[] }>;

/**
 * Builds the index anew from the entries that lie in the storage backends, when both the index and its previous copy
 * are damaged. The damaged files stay beside it with `.damaged` after their names; no entry is changed or removed.
 *
 * @throws AppError when a storage backend cannot be reached: nothing is done then; `files.failed`, `secrets.busy`
 */
export async function recoverIndex(options: RecoverIndexOptions): Promise<IndexRecovery> {
  const { folder, appId, backends, envNames = {}, now = () => new Date() } = options;
  await ensureFolder(folder);
  return withStoreLock(folder, async (hold): Promise<IndexRecovery> => {
    if (await isSound(folder)) return { state: "sound" };
    const listings = await Promise.all(backends.map((backend) => backend.list()));
    const found = listings.flatMap(({ entries }) => entries);
    const { index, recovered, left } = rebuildIndex({ base: emptyIndex, found, appId, envNames, now: now() });
    hold.assertHeld();
    for (const name of ["secrets-index.json", "secrets-index.json.previous"])
      await keepDamaged(join(folder, name));
    const file = openIndexFile(folder);
    await file.write(index);
    await file.settle();
    return { state: "rebuilt", recovered, left };
  });
}

async function isSound(folder: string): Promise<boolean> {
  try {
    await openIndexFile(folder).read();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "files.corrupt") return false;
    throw error;
  }
}

/** The file itself stays until the new one takes its place: without any, the next start would find an empty index. */
async function keepDamaged(path: string): Promise<void> {
  try {
    await keepUnder(path, `${path}.damaged`);
  } catch (error) {
    throw fileFailed(path, "written", error);
  }
}

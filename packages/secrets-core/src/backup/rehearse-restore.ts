import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryBackend } from "../memory-backend.ts";
import { openSecretStore } from "../secret-store.ts";
import type { Backup } from "./open-backup.ts";
import { type RestoreItem, restoreBackup } from "./restore-backup.ts";

/** What a rehearsal found: every secret that came back byte for byte, and what did not. */
export type Rehearsal = Readonly<{ restored: number; problems: readonly RestoreItem[] }>;

/**
 * Restores a backup into a store in memory that is thrown away, and compares: whether it would work when it is needed.
 * No value goes to disk.
 */
export async function rehearseRestore(backup: Backup, appId: string = backup.appId): Promise<Rehearsal> {
  const folder = await mkdtemp(join(tmpdir(), "rehearsal-"));
  try {
    await using store = await openSecretStore({
      folder,
      appId,
      backends: [createMemoryBackend()],
      onAudit: async () => {},
    });
    const items = await restoreBackup(store, backup, { appId });
    return {
      restored: items.filter(({ action }) => action === "create").length,
      problems: items.filter(({ action }) => action !== "create"),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { newVersion } from "../entry-version.ts";
import { durableWrite } from "../files/durable-write.ts";
import { readOwnFile } from "../files/safe-file.ts";
import { createQueue } from "../queue.ts";
import type { EntryRef, Reading, SecretBackend } from "../secret-backend.ts";
import { type EnvFileEntry, formatEnvFile, parseEnvFile } from "./env-file-text.ts";

export type EnvFileBackendOptions = {
  /** The store's folder; the file is `secrets.env` in it. */
  folder: string;
};

/**
 * Keeps values in `secrets.env`, readable by the person's own account and by whatever reads their disk: protection
 * `none`. The file is a dotenv file and each change replaces it durably.
 */
export function createEnvFileBackend({ folder }: EnvFileBackendOptions): SecretBackend {
  const path = join(folder, "secrets.env");

  const inTurn = createQueue();

  function change(edit: (entries: readonly EnvFileEntry[]) => readonly EnvFileEntry[]): Promise<void> {
    return inTurn(() => rewrite(edit));
  }

  async function rewrite(edit: (entries: readonly EnvFileEntry[]) => readonly EnvFileEntry[]): Promise<void> {
    const text = await readOwnFile(path);
    const content = parseEnvFile(text ?? "");
    const entries = edit(content.entries);
    if (entries === content.entries) return;
    await durableWrite(path, formatEnvFile({ ...content, entries }));
  }

  async function readAll(refs: readonly EntryRef[]): Promise<readonly Reading[]> {
    try {
      const { entries } = parseEnvFile((await readOwnFile(path)) ?? "");
      const values = new Map(entries.map((entry) => [`${entry.key} ${entry.version}`, entry.value]));
      return refs.map(({ key, version }): Reading => {
        const value = values.get(`${key} ${version}`);
        return value === undefined ? { state: "absent" } : { state: "present", value };
      });
    } catch (error) {
      const known = error instanceof AppError ? error : new AppError("internal.unexpected");
      return refs.map(() => ({ state: "unreadable", error: known }));
    }
  }

  return {
    name: "env-file",
    protection: "none",
    // A file of its own: the probe runs outside the store's lock and must not touch the values.
    async probe() {
      const canary = newVersion();
      const file = join(folder, `secrets.env.${canary}.probe`);
      try {
        await durableWrite(file, canary);
        return (await readOwnFile(file)) === canary ? "working" : "probe-failed";
      } catch {
        return "probe-failed";
      } finally {
        await rm(file, { force: true }).catch(() => undefined);
      }
    },
    read: readAll,
    async inspect(refs) {
      return (await readAll(refs)).map(({ state }) => state);
    },
    write: ({ key, version, envName }, value) =>
      change((entries) => [{ key, version, envName, value }, ...entries]),
    remove: ({ version }) =>
      change((entries) => {
        const left = entries.filter((entry) => entry.version !== version);
        return left.length === entries.length ? entries : left;
      }),
    async close() {},
  };
}

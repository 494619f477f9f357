import { AppError } from "@latchkey/api-contracts/errors";
import { parseEnvFile } from "../env-file/env-file-text.ts";
import { readForeignFile, replaceForeignFile, writeNewFile } from "../files/write-outside.ts";
import type { Reading } from "../secret-backend.ts";
import { commentOut, readDotenv } from "./dotenv-lines.ts";
import { keyFromName } from "./key-from-name.ts";
import type { MigrationSource, SourceItem } from "./migration-source.ts";

export type DotenvSourceOptions = {
  path: string;
  /** Default: beside the file, `<file>.before-latchkey`. `false` keeps no copy of the former text. */
  backup?: string | false;
  /** Default `Latchkey`: what the comments name as the new place. */
  product?: string;
};

/**
 * The variables of a dotenv file. `secrets.env` of another store is one too: its entries keep their keys, and its
 * `base64:` values are decoded.
 *
 * Finishing puts the former text beside the file, readable by its owner alone, and turns the assignments into
 * comments without values. Later the person deletes the copy.
 */
export function createDotenvSource({
  path,
  backup = `${path}.before-latchkey`,
  product = "Latchkey",
}: DotenvSourceOptions): MigrationSource {
  return {
    async list() {
      return [...contentOf(await readForeignFile(path)).values()].map(({ item }) => item);
    },
    async read(items) {
      try {
        const content = contentOf(await readForeignFile(path));
        return items.map(({ name }): Reading => {
          const value = content.get(name)?.value;
          return value === undefined ? { state: "absent" } : { state: "present", value };
        });
      } catch (error) {
        const known = error instanceof AppError ? error : new AppError("internal.unexpected");
        return items.map(() => ({ state: "unreadable", error: known }));
      }
    },
    async finish(items) {
      const text = await readForeignFile(path);
      const names = new Set(items.map(({ name }) => name));
      const edited = commentOut(text, names, `moved to ${product}`);
      const key = items[0]?.key ?? "?";
      if (edited === undefined)
        throw new AppError("migration.not-finished", { key, reason: "lines-unclear" });
      if (backup !== false) await keepFormer(backup, text);
      await replaceForeignFile(path, edited, text);
    },
  };
}

function contentOf(text: string): Map<string, { item: SourceItem; value: string }> {
  const content = new Map<string, { item: SourceItem; value: string }>();
  for (const [name, value] of readDotenv(text)) content.set(name, { item: keyFromName(name), value });
  for (const { key, envName: name, value } of parseEnvFile(text).entries) {
    const isInstall = key.startsWith("install.");
    content.set(name, { item: { name, key, ...(isInstall ? { envName: name } : {}) }, value });
  }
  return content;
}

/** Copies of earlier steps stay; each has what the file had before its step. */
async function keepFormer(path: string, text: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await writeNewFile(attempt === 1 ? path : `${path}-${attempt}`, text);
      return;
    } catch (error) {
      const isTaken = error instanceof AppError && error.code === "backup.exists";
      if (!isTaken || attempt === 1_000) throw error;
    }
  }
}

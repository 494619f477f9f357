import { join } from "node:path";
import { type EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type { Protection, StorageBackendName } from "@latchkey/api-contracts/secrets";
import * as z from "zod";
import { parseEnvFile } from "../env-file/env-file-text.ts";
import { readLines } from "../files/line-file.ts";
import { readOwnFile } from "../files/safe-file.ts";
import type { ForeignItems } from "../migration/foreign-items.ts";
import { entryFileOf } from "../safe-storage/safe-storage-backend.ts";

/** A part of a split value has a further number, and is found through its first entry. */
const WholeVersion = z.string().regex(/^[a-z0-9]{12}$/);

const SealedLine = z.object({ key: SecretKey, entry: WholeVersion });

/** An entry that lies in a storage backend, whether an index knows it or not. */
export type FoundEntry = Readonly<{
  key: SecretKey;
  version: string;
  storageBackend: StorageBackendName;
  protection: Protection;
  /** Its variable, where the storage tells. */
  envName?: EnvName;
}>;

/** Lists the entries of one storage backend, without values. @throws AppError when it cannot be reached */
export type FindEntries = () => Promise<FoundEntry[]>;

/** The entries of a store in the keychain, under its service name. */
export function findKeychainEntries(items: ForeignItems, service: string): FindEntries {
  return async () =>
    (await items.list(service)).flatMap(({ account }): FoundEntry[] => {
      const [keyText, versionText] = account.split("#");
      const key = SecretKey.safeParse(keyText);
      const version = WholeVersion.safeParse(versionText);
      if (!key.success || !version.success) return [];
      return [{ key: key.data, version: version.data, storageBackend: "keychain", protection: "os-user" }];
    });
}

/** The entries of a plain `secrets.env`. Of two entries of a key the last one is in force and the only one listed. */
export function findEnvFileEntries(folder: string): FindEntries {
  return async () => {
    const { entries } = parseEnvFile((await readOwnFile(join(folder, "secrets.env"))) ?? "");
    const whole = entries.filter(({ version }) => WholeVersion.safeParse(version).success);
    const byKey = new Map(whole.map((entry) => [entry.key, entry]));
    return [...byKey.values()].map(
      ({ key, version, envName }): FoundEntry => ({
        key,
        version,
        envName,
        storageBackend: "env-file",
        protection: "none",
      }),
    );
  };
}

/** The entries of `safe-storage`, whose lines name their key and version. */
export function findSafeStorageEntries(folder: string): FindEntries {
  return async () => {
    const file = await readLines(entryFileOf(folder));
    return (file?.lines ?? []).flatMap((line): FoundEntry[] => {
      const parsed = SealedLine.safeParse(parseJson(line));
      if (!parsed.success) return [];
      const { key, entry: version } = parsed.data;
      return [{ key, version, storageBackend: "safe-storage", protection: "os-user" }];
    });
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

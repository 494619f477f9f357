import { AppError, type ErrorCode } from "@latchkey/api-contracts/errors";
import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { refuseCollision } from "../env/env-collision.ts";
import { mapToEnvName } from "../env/env-mapping.ts";
import { type Index, type IndexRecord, recordsOf } from "../index-document.ts";
import type { FoundEntry } from "../listing.ts";

export type RebuildInput = Readonly<{
  /** What is known already and stays. */
  base: Index;
  found: readonly FoundEntry[];
  appId: string;
  /** The variables of `install.` keys whose storage backend does not tell them. */
  envNames: Readonly<Record<string, string>>;
  now: Date;
}>;

/** An entry that is left where it is, and why nobody can say that it is in force. */
export type LeftEntry = Readonly<{ key: SecretKey; code: ErrorCode | "several-versions" }>;

export type Rebuilt = Readonly<{
  index: Index;
  recovered: readonly SecretKey[];
  left: readonly LeftEntry[];
}>;

/**
 * The index that the entries themselves tell of. Of a key with several versions none is taken: which one was in force
 * only the lost index knew, and an old value must not win. Pure.
 */
export function rebuildIndex({ base, found, appId, envNames, now }: RebuildInput): Rebuilt {
  const byKey = new Map<SecretKey, FoundEntry[]>();
  for (const entry of found) {
    if (!entry.isShadowed) byKey.set(entry.key, [...(byKey.get(entry.key) ?? []), entry]);
  }
  const secrets = [...recordsOf(base)];
  const recovered: SecretKey[] = [];
  const left: LeftEntry[] = [];
  for (const [key, entries] of [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [entry] = entries;
    if (!entry || entries.length > 1 || base.secrets.has(key)) {
      left.push({ key, code: "several-versions" });
      continue;
    }
    try {
      const envName = nameOf(entry, appId, envNames);
      refuseCollision(key, envName, secrets);
      secrets.push([key, recordOf(entry, envName, now.toISOString())]);
      recovered.push(key);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      left.push({ key, code: error.code });
    }
  }
  return { index: { ...base, secrets: base.secrets.with(secrets) }, recovered, left };
}

function nameOf(
  { key, envName }: FoundEntry,
  appId: string,
  envNames: Readonly<Record<string, string>>,
): EnvName {
  const isInstall = key.startsWith("install.");
  return mapToEnvName(key, { appId, envName: isInstall ? (envName ?? envNames[key]) : undefined });
}

/** When it was stored first is not known any more. */
function recordOf(entry: FoundEntry, envName: EnvName, at: string): IndexRecord {
  const { version, storageBackend, protection } = entry;
  return {
    envName,
    storageBackend,
    protection,
    storageReason: "working",
    version,
    source: "entered",
    createdAt: at,
    updatedAt: at,
  };
}

import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import type { EnvSnapshot } from "../env/env-snapshot.ts";
import { writeNewFile } from "../files/write-outside.ts";
import type { SecretStore } from "../secret-store.ts";
import { type BackupLock, sealAge } from "./age-file.ts";
import type { BackupDocument, BackupSecret } from "./backup-document.ts";

export type BackupOptions = {
  /** The host app's id, as the store was opened with it. */
  appId: string;
  lock: BackupLock;
  /** Default `false`: one secret that cannot be read now stops the backup. */
  skipUnreadable?: boolean;
  now?: () => Date;
};

/** What a backup has and has not, by keys. */
export type BackupReport = Readonly<{ keys: readonly SecretKey[]; unreadable: readonly SecretKey[] }>;

/**
 * Writes every secret into one new age file, readable by its owner alone. `age --decrypt` opens it; inside is JSON.
 *
 * @throws `backup.incomplete`, `backup.exists`, `files.failed`; no file is written then
 */
export async function writeBackup(
  store: Pick<SecretStore, "list" | "snapshot">,
  path: string,
  options: BackupOptions,
): Promise<BackupReport> {
  const { text, ...report } = await createBackup(store, options);
  await writeNewFile(path, text);
  return report;
}

/** The text of a backup, to be kept elsewhere than in a file. @throws `backup.incomplete` */
export async function createBackup(
  store: Pick<SecretStore, "list" | "snapshot">,
  { appId, lock, skipUnreadable = false, now = () => new Date() }: BackupOptions,
): Promise<BackupReport & { text: string }> {
  const { listed, snapshot } = await readWhole(store);
  const [unread] = snapshot.unreadable;
  if (unread !== undefined && !skipUnreadable) throw new AppError("backup.incomplete", { key: unread });
  const values = snapshot.toEnv();
  const secrets = listed.flatMap((secret) => backupSecret(secret, values[secret.envName]) ?? []);
  const document: BackupDocument = {
    format: "latchkey-backup",
    version: 1,
    appId,
    createdAt: now().toISOString(),
    secrets,
  };
  const text = await sealAge(JSON.stringify(document), lock);
  return { text, keys: secrets.map(({ key }) => key), unreadable: snapshot.unreadable };
}

/** List and values of one moment; another process may change secrets between the two. */
async function readWhole(
  store: Pick<SecretStore, "list" | "snapshot">,
): Promise<{ listed: readonly SecretMetadata[]; snapshot: EnvSnapshot }> {
  for (let attempt = 1; ; attempt++) {
    const listed = await store.list();
    const snapshot = await store.snapshot();
    const known = [...snapshot.keys, ...snapshot.unreadable].toSorted();
    const isWhole = known.length === listed.length && listed.every(({ key }, i) => key === known[i]);
    if (isWhole) return { listed, snapshot };
    if (attempt === 5) throw new AppError("secrets.busy");
  }
}

function backupSecret(secret: SecretMetadata, value: string | undefined): BackupSecret | undefined {
  if (value === undefined) return undefined;
  const { key, envName, aliases, source, createdAt, updatedAt } = secret;
  const names = { ...(key.startsWith("install.") && { envName }), ...(aliases && { aliases }) };
  return { key, ...names, value, source, createdAt, updatedAt };
}

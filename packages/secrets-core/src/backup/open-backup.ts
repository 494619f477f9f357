import { readFile } from "node:fs/promises";
import { inspect } from "node:util";
import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import { fileFailed } from "../files/file-error.ts";
import { type BackupUnlock, openAge } from "./age-file.ts";
import { BackupDocument, type BackupSecret } from "./backup-document.ts";

/** An opened backup. Printing, serialising or inspecting it shows keys, never values. */
export class Backup {
  readonly appId: string;
  readonly createdAt: string;
  /** The keys that are in it, as the app it came from has them. */
  readonly keys: readonly SecretKey[];
  readonly #secrets: readonly BackupSecret[];

  /** @internal use `openBackup` */
  constructor({ appId, createdAt, secrets }: BackupDocument) {
    this.appId = appId;
    this.createdAt = createdAt;
    this.keys = Object.freeze(secrets.map(({ key }) => key));
    this.#secrets = secrets;
    Object.freeze(this);
  }

  /** @internal the secrets with their values, for a restore */
  secrets(): readonly BackupSecret[] {
    return this.#secrets;
  }

  toJSON(): { appId: string; createdAt: string; keys: readonly SecretKey[] } {
    return { appId: this.appId, createdAt: this.createdAt, keys: this.keys };
  }

  [inspect.custom](): string {
    return `Backup(${this.keys.join(", ")})`;
  }
}

/**
 * Opens a backup, from its bytes or from a file, and checks all of it. Nothing is changed.
 *
 * @throws `backup.locked` when passphrase or identity do not fit, `backup.damaged`, `files.failed`
 */
export async function openBackup(file: string | Uint8Array, unlock: BackupUnlock): Promise<Backup> {
  const text = await openAge(typeof file === "string" ? await readBytes(file) : file, unlock);
  const parsed = BackupDocument.safeParse(parseJson(text));
  if (!parsed.success) throw new AppError("backup.damaged");
  const keys = new Set(parsed.data.secrets.map(({ key }) => key));
  if (keys.size !== parsed.data.secrets.length) throw new AppError("backup.damaged");
  return new Backup(parsed.data);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw fileFailed(path, "read", error);
  }
}

/** The parser's error would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

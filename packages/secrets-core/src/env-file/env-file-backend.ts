import { rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import type { StorageReason } from "@latchkey/api-contracts/secrets";
import { newVersion } from "../entry-version.ts";
import { durableWrite, removeTemporaries } from "../files/durable-write.ts";
import { isReadOnly, readOwnFile } from "../files/safe-file.ts";
import { type FoundEntry, WholeVersion } from "../listing.ts";
import { createQueue } from "../queue.ts";
import type { EntryRef, NewEntry, Reading, SecretBackend } from "../secret-backend.ts";
import { unreachableReason } from "../unreachable.ts";
import { type EnvFileEntry, formatEnvFile, parseEnvFile } from "./env-file-text.ts";
import { type AskPassphrase, createPassphraseSeal, isSealed } from "./passphrase-seal.ts";

export type EnvFileBackendOptions = {
  /** The store's folder; the file is `secrets.env` in it. */
  folder: string;
  /** Seals the file; one that was plain is sealed with its next change. */
  passphrase?: AskPassphrase;
};

type Edit = (entries: readonly EnvFileEntry[]) => readonly EnvFileEntry[];

/**
 * Keeps values in `secrets.env`, and replaces it durably with each change. Plain it is a dotenv file, readable by the
 * person's own account and by whatever reads their disk: protection `none`. With a passphrase it is sealed as a whole.
 */
export function createEnvFileBackend({ folder, passphrase }: EnvFileBackendOptions): SecretBackend {
  const path = join(folder, "secrets.env");
  const protection = passphrase ? "passphrase" : "none";
  const inTurn = createQueue();
  let waiting: { edits: Edit[]; done: Promise<void> } | undefined;
  const seal = createPassphraseSeal(passphrase ?? (() => undefined));

  async function readText(): Promise<string> {
    const text = (await readOwnFile(path)) ?? "";
    return isSealed(text) ? seal.open(text) : text;
  }

  /** Edits that wait for their turn are made together. */
  function edit(one: Edit): Promise<void> {
    if (waiting) waiting.edits.push(one);
    else {
      const edits = [one];
      const done = inTurn(() => {
        waiting = undefined;
        return rewrite(edits);
      });
      waiting = { edits, done };
    }
    return waiting.done;
  }

  async function rewrite(edits: readonly Edit[]): Promise<void> {
    await removeTemporaries(path);
    const content = parseEnvFile(await readText());
    const entries = edits.reduce((before, one) => one(before), content.entries);
    if (entries === content.entries) return;
    const text = formatEnvFile({ ...content, entries });
    await durableWrite(path, passphrase ? await seal.seal(text) : text);
  }

  function writeAll(added: readonly NewEntry[]): Promise<void> {
    const lines = added.map(({ entry: { key, version, envName }, value }) => ({
      key,
      version,
      envName,
      value,
    }));
    return edit((entries) => [...lines, ...entries]);
  }

  async function readAll(refs: readonly EntryRef[]): Promise<readonly Reading[]> {
    if (refs.length === 0) return [];
    try {
      const { entries } = parseEnvFile(await readText());
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

  /** A file of its own: the probe runs outside the store's lock and must not touch the values. */
  async function probeFile(): Promise<StorageReason> {
    const canary = newVersion();
    const file = join(folder, `secrets.env.${canary}.probe`);
    try {
      await durableWrite(file, canary);
      return (await readOwnFile(file)) === canary ? "working" : "probe-failed";
    } finally {
      await rm(file, { force: true }).catch(() => undefined);
    }
  }

  return {
    name: "env-file",
    protection,
    async probe() {
      try {
        const text = await readText();
        if (passphrase && text === "") await seal.seal("");
        return await probeFile();
      } catch (error) {
        return unreachableReason(error) ?? (isReadOnly(error) ? "read-only" : "probe-failed");
      }
    },
    read: readAll,
    async inspect(refs) {
      return (await readAll(refs)).map(({ state }) => state);
    },
    write: (entry, value) => writeAll([{ entry, value }]),
    writeAll,
    remove: ({ version }) =>
      edit((entries) => {
        const left = entries.filter((entry) => entry.version !== version);
        return left.length === entries.length ? entries : left;
      }),
    async list() {
      const { entries } = parseEnvFile(await readText());
      const inForce = new Map(entries.map(({ key, version }) => [key, version]));
      const whole = entries.filter(({ version }) => WholeVersion.safeParse(version).success);
      return {
        entries: whole.map(({ key, version, envName }): FoundEntry => {
          const isShadowed = inForce.get(key) !== version;
          return {
            key,
            version,
            envName,
            storageBackend: "env-file",
            protection,
            ...(isShadowed && { isShadowed }),
          };
        }),
        // Whatever else stands in the file is the person's own.
        others: 0,
      };
    },
    async close() {
      seal.forget();
    },
  };
}

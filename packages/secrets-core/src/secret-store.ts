import type { AuditActor, AuditEntry } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";
import { SecretKey } from "@latchkey/api-contracts/ids";
import type {
  SecretChange,
  SecretMetadata,
  SecretSource,
  SecretState,
  StorageStatus,
} from "@latchkey/api-contracts/secrets";
import type { FallbackPolicy } from "./choose-backend.ts";
import { isAppId, mapToEnvName } from "./env/env-mapping.ts";
import { buildSnapshot, type EnvSnapshot } from "./env/env-snapshot.ts";
import { ensureFolder } from "./files/safe-file.ts";
import { type LockHold, withStoreLock } from "./files/store-lock.ts";
import { type IndexRecord, recordsOf } from "./index-document.ts";
import { openIndexFile } from "./index-file.ts";
import { createQueue } from "./queue.ts";
import { recoverChanges } from "./recover-changes.ts";
import { removeSecret } from "./remove-secret.ts";
import { Secret } from "./secret.ts";
import type { SecretBackend } from "./secret-backend.ts";
import { checkSecretValue } from "./secret-value.ts";
import { setSecret } from "./set-secret.ts";
import { createStorage } from "./storage.ts";
import { auditError, auditStep, type OnAudit } from "./store-audit.ts";
import type { StoreContext } from "./store-context.ts";

export type SecretStoreOptions = {
  /** The store's own folder, made with mode 0700 when it is missing. One store, one folder. */
  folder: string;
  /** The host app's id: the first segment of the keys of its LLM configs. */
  appId: string;
  /** In the order of choice, strongest first. */
  backends: readonly SecretBackend[];
  /** Default `env-file`: when the first storage backend cannot be used and keeps nothing yet, the next is tried. */
  fallback?: FallbackPolicy;
  onAudit: OnAudit;
  now?: () => Date;
};

export type SetOptions = {
  /** The variable of an `install.` key; refused for other keys. */
  envName?: string;
  /** Default `entered`. */
  source?: SecretSource;
  /** Default `person`. */
  actor?: AuditActor;
};

export type RemoveOptions = {
  /** Default `person`. */
  actor?: AuditActor;
};

/**
 * Opens the store of a folder: ends what a crash left half done, probes the storage backends and chooses one.
 *
 * @throws `files.corrupt` when the index and its previous copy are damaged, `files.unsafe`, `files.failed`,
 *   `secrets.busy`, `audit.failed`; never because a key storage cannot be reached
 */
export async function openSecretStore(options: SecretStoreOptions): Promise<SecretStore> {
  const { folder, appId, backends, fallback = "env-file", onAudit, now = () => new Date() } = options;
  if (!isAppId(appId)) throw new TypeError(`The app id must be one free segment of a secret key: ${appId}`);
  await ensureFolder(folder);
  const index = openIndexFile(folder);
  const storage = createStorage(backends, fallback);
  const store = new SecretStore({ folder, appId, index, storage, onAudit, now });
  await store.recheck();
  return store;
}

/** A per-key store of secrets. Changes wait for one another, also across processes; reads do not wait. */
export class SecretStore implements AsyncDisposable {
  readonly #context: StoreContext;
  readonly #inTurn = createQueue();
  #reported: string | undefined;

  /** @internal use `openSecretStore` */
  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Where new values go and why, as last seen; `recheck` looks anew. */
  status(): StorageStatus {
    return this.#context.storage.status();
  }

  /**
   * Probes and chooses again, after the person unlocked the key storage for example, and takes up what had to wait.
   * A stronger storage backend that returned takes new values; values already kept stay readable where they are.
   */
  recheck(): Promise<StorageStatus> {
    return this.#inTurn(() => this.#recheck());
  }

  /** The keys that are stored, sorted. Asks no key storage. */
  async keys(): Promise<SecretKey[]> {
    return recordsOf(await this.#context.index.read()).map(([key]) => key);
  }

  /** What is known of each secret, sorted by key. Never a value. */
  async list(): Promise<SecretMetadata[]> {
    const records = recordsOf(await this.#context.index.read());
    const states = await this.#context.storage.inspect(records);
    return records.map(([key, record], i) => metadataOf(key, record, states[i] ?? "unreadable"));
  }

  /** What is known of one secret; `undefined` when there is none. */
  async describe(key: string): Promise<SecretMetadata | undefined> {
    return (await this.list()).find((secret) => secret.key === key);
  }

  /**
   * The value of a secret; `undefined` when there is no such secret.
   *
   * @throws `secrets.locked`, `secrets.unavailable`, `secrets.undecryptable`; `secrets.storage-changed` when the
   *   storage backend lost it
   */
  async get(key: string): Promise<string | undefined> {
    const [found] = await this.#readInForce((candidate) => candidate === key);
    if (!found) return undefined;
    const { record, reading } = found;
    if (reading.state === "present") return reading.value;
    if (reading.state === "unreadable") throw reading.error;
    throw new AppError("secrets.storage-changed", { key, storageBackend: record.storageBackend });
  }

  /**
   * As `get`, in a form that cannot be printed and lends its bytes.
   *
   * @throws as `get`
   */
  async secret(key: string): Promise<Secret | undefined> {
    const value = await this.get(key);
    return value === undefined ? undefined : Secret.from(value);
  }

  /** Every secret's variable and value, read in one batch; those that cannot be read now are named in it. */
  async snapshot(): Promise<EnvSnapshot> {
    const found = await this.#readInForce(() => true);
    return buildSnapshot(
      found.map(({ key, record, reading }) => ({
        key,
        envName: record.envName,
        value: reading.state === "present" ? reading.value : undefined,
      })),
    );
  }

  /**
   * Stores a value. When this resolves, the value was read back and is in force, also after a power cut. An equal
   * value in the same place is `unchanged` and writes nothing. A value kept in a weaker place moves to the chosen one.
   *
   * @throws `secrets.invalid-key`, `secrets.invalid-value`, `secrets.too-large`, `secrets.reserved-name`,
   *   `secrets.collision`, `secrets.locked`, `secrets.unavailable`, `secrets.busy`, `secrets.not-written`,
   *   `audit.failed`; the former value stays in force
   */
  async set(
    key: string,
    value: string,
    options: SetOptions = {},
  ): Promise<{ change: SecretChange; secret: SecretMetadata }> {
    const { envName: target, source = "entered", actor = "person" } = options;
    return this.#audited(key, { actor, action: "secret.set" }, async (checkedKey) => {
      const envName = mapToEnvName(checkedKey, { appId: this.#context.appId, envName: target });
      const request = { key: checkedKey, envName, value: checkSecretValue(checkedKey, value), source, actor };
      const { change, record } = await this.#alone(async (hold) => {
        if (!this.status().readable) await this.#choose();
        return setSecret(this.#context, request, hold);
      });
      return { change, secret: metadataOf(checkedKey, record, "present") };
    });
  }

  /**
   * Removes a secret.
   *
   * @throws `secrets.invalid-key`, `secrets.absent`, `secrets.locked`, `secrets.unavailable`, `secrets.busy`,
   *   `audit.failed`; the secret stays
   */
  async delete(key: string, { actor = "person" }: RemoveOptions = {}): Promise<void> {
    await this.#audited(key, { actor, action: "secret.remove" }, (checkedKey) =>
      this.#alone((hold) => removeSecret(this.#context, checkedKey, actor, hold)),
    );
  }

  /** Ends changes under way and lets go of the storage backends. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inTurn(() => this.#context.storage.close());
  }

  async #recheck(): Promise<StorageStatus> {
    const status = await this.#choose();
    const { intents, leftovers } = await this.#context.index.read();
    if (status.readable && intents.length + leftovers.length > 0) {
      await withStoreLock(this.#context.folder, () => recoverChanges(this.#context));
    }
    return status;
  }

  async #choose(): Promise<StorageStatus> {
    const { index, storage, onAudit } = this.#context;
    const inUse = new Set(recordsOf(await index.read()).map(([, record]) => record.storageBackend));
    const status = await storage.choose(inUse);
    const { storageBackend, protection, reason: storageReason } = status;
    const choice = `${storageBackend} ${storageReason}`;
    if (choice === this.#reported) return status;
    await auditStep(onAudit, {
      actor: "app",
      action: "storage.chosen",
      outcome: status.readable ? "done" : "failed",
      keys: [],
      storageBackend,
      protection,
      storageReason,
    });
    this.#reported = choice;
    return status;
  }

  #alone<T>(run: (hold: LockHold) => Promise<T>): Promise<T> {
    return this.#inTurn(() => withStoreLock(this.#context.folder, run));
  }

  /** Checks the key, runs, and audits a refusal or failure. */
  async #audited<T>(
    key: string,
    step: Pick<AuditEntry, "actor" | "action">,
    run: (key: SecretKey) => Promise<T>,
  ): Promise<T> {
    const parsed = SecretKey.safeParse(key);
    try {
      if (!parsed.success) throw new AppError("secrets.invalid-key", { key: "given", rule: "wrong-form" });
      return await run(parsed.data);
    } catch (error) {
      const keys = parsed.success ? [parsed.data] : [];
      throw await auditError(this.#context.onAudit, { ...step, keys }, error);
    }
  }

  /** Reads what is in force. When an entry is missing, another process may have replaced it meanwhile: look again. */
  async #readInForce(wanted: (key: SecretKey) => boolean) {
    const { index, storage } = this.#context;
    for (let attempt = 1; ; attempt++) {
      const before = await index.read();
      const records = recordsOf(before).filter(([key]) => wanted(key));
      const readings = await storage.read(records);
      const found = records.flatMap(([key, record], i) => {
        const reading = readings[i];
        return reading ? [{ key, record, reading }] : [];
      });
      const isWhole = found.every(({ reading }) => reading.state !== "absent");
      if (isWhole || attempt === 3 || (await index.read()) === before) return found;
    }
  }
}

/** A secret whose entry is gone is `unreadable`: the index says that it should be there. */
function metadataOf(key: SecretKey, record: IndexRecord, state: SecretState): SecretMetadata {
  const { envName, storageBackend, protection, source, createdAt, updatedAt } = record;
  const shown = state === "present" ? "present" : "unreadable";
  return { key, envName, storageBackend, protection, state: shown, source, createdAt, updatedAt };
}

import type { AuditAction, AuditActor } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type {
  Protection,
  SecretChange,
  SecretMetadata,
  SecretSource,
  StorageStatus,
} from "@latchkey/api-contracts/secrets";
import { checkEdits, checkKey, type Edit, keysOf } from "./change/edit.ts";
import {
  commitPending,
  discardPending,
  type PendingChange,
  pendingChangeOf,
} from "./change/pending-change.ts";
import type { ChangeMode } from "./change/plan-change.ts";
import { needsRecovery, recoverChanges } from "./change/recover-changes.ts";
import { runChange } from "./change/run-change.ts";
import { setAliases } from "./change/set-aliases.ts";
import { listWeaker, type TakeOver, takeOver } from "./change/take-over.ts";
import type { FallbackPolicy } from "./choose-backend.ts";
import { aliasesOf } from "./env/aliases.ts";
import { isAppId } from "./env/env-mapping.ts";
import { buildSnapshot, type EnvSnapshot } from "./env/env-snapshot.ts";
import { ensureFolder } from "./files/safe-file.ts";
import { type LockHold, withStoreLock } from "./files/store-lock.ts";
import { pendingRecordsOf, recordsOf } from "./index-document.ts";
import { openIndexFile } from "./index-file.ts";
import { createQueue } from "./queue.ts";
import { listSecrets, metadataOf, readSecrets } from "./read-secrets.ts";
import { type Adoption, adoptStrangers, findStrangers, type Strangers } from "./recovery/strangers.ts";
import { Secret } from "./secret.ts";
import type { SecretBackend } from "./secret-backend.ts";
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
  /** Default `none`: less than this and the value is refused. */
  minimumProtection?: Protection;
  /** Default `person`. */
  actor?: AuditActor;
};

export type ChangeOptions = {
  /** Default `person`. */
  actor?: AuditActor;
};

export type RemoveOptions = ChangeOptions & {
  /** Default false: a secret whose storage backend cannot be reached stays. */
  abandon?: boolean;
};

export type UnlockOptions = {
  /** How long the person has to answer. **Units** milliseconds; default two minutes. */
  deadlineMs?: number;
  /** Ends the wait. */
  signal?: AbortSignal;
};

/** What one edit of a change did; `removed` for a removal, which has no metadata left. */
export type EditOutcome =
  | Readonly<{ key: SecretKey; change: SecretChange; secret: SecretMetadata }>
  | Readonly<{ key: SecretKey; change: "removed" }>;

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
  readonly #ending = new AbortController();
  #unlocking: Promise<StorageStatus> | undefined;
  #reported: string | undefined;

  /** @internal use `openSecretStore` */
  constructor(context: Omit<StoreContext, "later">) {
    // What was read may have been changed by another process, so this is done alone as any change.
    const later = (task: () => Promise<void>) => void this.#alone(task).catch(() => undefined);
    this.#context = { ...context, later };
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

  /**
   * Has the system ask the person to unlock the key storage, and looks at it anew; for a person's own click or word,
   * because nothing else here opens a prompt. Other calls do not wait for the answer. A question that is dismissed
   * gives the reason `prompt-dismissed`; one whose answer is not waited for any longer may still be confirmed.
   */
  unlock(options: UnlockOptions = {}): Promise<StorageStatus> {
    this.#unlocking ??= this.#unlock(options).finally(() => (this.#unlocking = undefined));
    return this.#unlocking;
  }

  /** The keys that are stored, sorted. Asks no key storage. */
  async keys(): Promise<SecretKey[]> {
    return recordsOf(await this.#context.index.read()).map(([key]) => key);
  }

  /**
   * A mark of each value in force by its key: random, and another one after each change of the value. Whoever noted it
   * before a change can tell after a crash whether the change was made.
   */
  async versions(): Promise<ReadonlyMap<SecretKey, string>> {
    return new Map(recordsOf(await this.#context.index.read()).map(([key, { version }]) => [key, version]));
  }

  /** What is known of each secret in force, sorted by key. Never a value. */
  list(): Promise<SecretMetadata[]> {
    return listSecrets(this.#context);
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
    const [found] = await readSecrets(this.#context, { key });
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

  /**
   * Every secret's variable and value, read in one batch; those that cannot be read now are named in it. With
   * `pending` as it would be with the pending change in force.
   */
  async snapshot({ pending = false }: { pending?: boolean } = {}): Promise<EnvSnapshot> {
    const found = await readSecrets(this.#context, { pending });
    const snapshot = buildSnapshot(
      found.map(({ key, record, reading }) => ({
        key,
        envName: record.envName,
        value: reading.state === "present" ? reading.value : undefined,
      })),
    );
    return snapshot.withAliases(aliasesOf(found.map(({ key, record }) => [key, record])));
  }

  /**
   * Stores a value. When this resolves, the value was read back and is in force, also after a power cut. An equal
   * value in the same place is `unchanged` and writes nothing. A value kept in a weaker place moves to the chosen one.
   *
   * @throws as `change`; the former value stays in force
   */
  async set(
    key: string,
    value: string,
    { actor = "person", ...options }: SetOptions = {},
  ): Promise<{ change: SecretChange; secret: SecretMetadata }> {
    const [outcome] = await this.#change([{ op: "set", key, value, ...options }], "at-once", actor);
    if (!outcome || outcome.change === "removed") throw new AppError("internal.unexpected");
    return { change: outcome.change, secret: outcome.secret };
  }

  /**
   * Removes a secret, and what is staged for its key. When this resolves it is gone for every reader; an entry that
   * its storage backend would not let go is taken at the next change or start. When the storage backend cannot be
   * reached the secret stays, unless it is abandoned: that is for a keychain that is gone for good.
   *
   * @throws as `change`; the secret stays
   */
  async delete(key: string, { actor = "person", abandon = false }: RemoveOptions = {}): Promise<void> {
    await this.#change([{ op: "remove", key, abandon }], "at-once", actor);
  }

  /**
   * Makes several edits as one: after it, and after a crash at any point of it, all of them are in force or none is.
   * An edit outranks what was staged for its key; other staged edits stay pending.
   *
   * **Shape** one outcome for each key, in the order of the edits.
   *
   * @throws `secrets.invalid-key`, `secrets.invalid-value`, `secrets.too-large`, `secrets.reserved-name`,
   *   `secrets.collision`, `secrets.absent`, `secrets.weak-protection`, `secrets.locked`, `secrets.unavailable`, `secrets.busy`,
   *   `secrets.not-written`, `audit.failed`, `files.failed`; nothing is changed
   */
  async change(
    edits: readonly Edit[],
    { actor = "person" }: ChangeOptions = {},
  ): Promise<readonly EditOutcome[]> {
    return this.#change(edits, "at-once", actor);
  }

  /**
   * Merges edits into the pending change: their values are stored beside the ones in force, which stay in force. An
   * edit takes the place of one staged earlier for its key; one that asks for what is in force takes it back. The
   * pending change outlives the process.
   *
   * **Shape** the pending change after it; `undefined` when nothing is left pending.
   *
   * @throws as `change`; nothing is staged of these edits
   */
  async stage(
    edits: readonly Edit[],
    { actor = "person" }: ChangeOptions = {},
  ): Promise<PendingChange | undefined> {
    await this.#change(edits, "staged", actor);
    return this.pending();
  }

  /**
   * Gives a secret these further variables, such as `OPENAI_API_KEY`, instead of those it had; none by default.
   * Snapshots have them from then on, and they stay when its value is replaced.
   *
   * @throws `secrets.absent`, `secrets.invalid-key`, `secrets.reserved-name`, `secrets.collision`, `secrets.busy`,
   *   `audit.failed`, `files.failed`; nothing is changed
   */
  async setAliases(
    key: string,
    names: readonly string[],
    { actor = "person" }: ChangeOptions = {},
  ): Promise<void> {
    const checked = checkKey(key);
    await this.#audited([checked], { actor, action: "secret.set" }, () =>
      this.#alone(() => setAliases(this.#context, { key: checked, names, actor })),
    );
  }

  /** The change that waits, without values; `undefined` when none does. */
  async pending(): Promise<PendingChange | undefined> {
    return pendingChangeOf(await this.#context.index.read());
  }

  /**
   * Brings the pending change into force as one, and gives its keys; none when nothing was pending.
   *
   * @throws `secrets.change-superseded` when `revision` is given and the pending change has another one,
   *   `secrets.storage-changed` when a staged value was lost, `secrets.busy`, `audit.failed`, `files.failed`; it stays
   *   pending
   */
  async commitPending(options: ChangeOptions & { revision?: string } = {}): Promise<readonly SecretKey[]> {
    const { actor = "person", revision } = options;
    return this.#audited([], { actor, action: "secret.set" }, () =>
      this.#alone(() => commitPending(this.#context, { actor, revision })),
    );
  }

  /**
   * Gives the pending change up, and tells its keys. The values in force stay.
   *
   * @throws `secrets.busy`, `audit.failed`, `files.failed`; it stays pending
   */
  async discardPending({ actor = "person" }: ChangeOptions = {}): Promise<readonly SecretKey[]> {
    return this.#audited([], { actor, action: "secret.discard" }, () =>
      this.#alone(() => discardPending(this.#context, { actor })),
    );
  }

  /** The keys of secrets that lie in a weaker place than the chosen one, for example because the keychain returned. */
  async weaker(): Promise<SecretKey[]> {
    return listWeaker(this.#context);
  }

  /**
   * Moves the secrets of `weaker` to the chosen place. Each was read back from there before its weak copy goes.
   *
   * @throws as `change`; every secret stays where it is
   */
  async takeOver({ actor = "person" }: ChangeOptions = {}): Promise<TakeOver> {
    return this.#audited([], { actor, action: "secret.set" }, () =>
      this.#alone((hold) => takeOver(this.#context, actor, hold)),
    );
  }

  /**
   * What lies in the storage backends under this store's name without being in its index: entries of another folder
   * that has the same name, or of an index that was lost. They are left alone. Lists the storage backends.
   */
  async strangers(): Promise<Strangers> {
    return findStrangers(this.#context);
  }

  /**
   * Takes `strangers` into this store where they lie, as far as it is clear which value counts. `envNames` has the
   * variables of `install.` keys.
   *
   * @throws `secrets.busy`, `audit.failed`, `files.failed`; nothing is taken in
   */
  async adopt(
    options: ChangeOptions & { envNames?: Readonly<Record<string, string>> } = {},
  ): Promise<Adoption> {
    const { actor = "person", envNames = {} } = options;
    return this.#audited([], { actor, action: "secret.set" }, () =>
      this.#alone(() => adoptStrangers(this.#context, { actor, envNames })),
    );
  }

  /** Ends changes under way and lets go of the storage backends. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#unlocking?.catch(() => undefined);
    await this.#inTurn(() => Promise.all([this.#context.storage.close(), this.#context.index.settle()]));
  }

  async #change(edits: readonly Edit[], mode: ChangeMode, actor: AuditActor): Promise<EditOutcome[]> {
    const isRemoval = edits.every(({ op }) => op === "remove");
    const action = mode === "staged" ? "secret.stage" : isRemoval ? "secret.remove" : "secret.set";
    return this.#audited(keysOf(edits), { actor, action }, async () => {
      const checked = checkEdits(edits, this.#context.appId);
      const outcomes = await this.#alone(async (hold) => {
        if (!isRemoval && !this.status().readable) await this.#choose();
        return runChange(this.#context, { edits: checked, mode, actor }, hold);
      });
      return checked.map(({ key }) => {
        const done = outcomes.get(key);
        if (!done) return { key, change: "removed" };
        return { key, change: done.change, secret: metadataOf(key, done.record, "present") };
      });
    });
  }

  async #unlock({ deadlineMs = 120_000, signal }: UnlockOptions): Promise<StorageStatus> {
    const overdue = new AbortController();
    // Keeps the process, which has nothing else to do while the person thinks.
    const timer = setTimeout(() => overdue.abort(), deadlineMs);
    const given = signal ? [signal] : [];
    try {
      await this.#context.storage.unlock(AbortSignal.any([overdue.signal, this.#ending.signal, ...given]));
    } finally {
      clearTimeout(timer);
    }
    return this.#ending.signal.aborted ? this.status() : this.recheck();
  }

  async #recheck(): Promise<StorageStatus> {
    const status = await this.#choose();
    if (await needsRecovery(this.#context)) {
      await withStoreLock(this.#context.folder, () => recoverChanges(this.#context));
    }
    return status;
  }

  async #choose(): Promise<StorageStatus> {
    const { index, storage, onAudit } = this.#context;
    const document = await index.read();
    const records = [...recordsOf(document), ...pendingRecordsOf(document)];
    const status = await storage.choose(new Set(records.map(([, record]) => record.storageBackend)));
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

  /** Runs, and audits a refusal or failure. */
  async #audited<T>(
    keys: readonly SecretKey[],
    step: { actor: AuditActor; action: AuditAction },
    run: () => Promise<T>,
  ): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw await auditError(this.#context.onAudit, { ...step, keys }, error);
    }
  }
}

import type { AppError } from "@latchkey/api-contracts/errors";
import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type {
  Protection,
  SecretState,
  StorageBackendName,
  StorageReason,
} from "@latchkey/api-contracts/secrets";
import type { EntryPlace } from "./entry-place.ts";
import type { Listing } from "./listing.ts";

/**
 * Names one stored value. A changed value is a new entry with a new version; the former one goes when the new one
 * is in force, so that two entries of a key exist only during a change.
 *
 * **Shape** `version` is random, never used twice, and matches `[a-z0-9]{12}`, with `.<n>` after it for a part.
 * `place` is what the write of the entry gave.
 */
export type EntryRef = Readonly<{ key: SecretKey; version: string; envName: EnvName; place?: EntryPlace }>;

/** A value and the entry that it is to lie under. */
export type NewEntry = Readonly<{ entry: EntryRef; value: string }>;

/** What a storage backend found at one entry. `absent` is what it saw, not proof: the index says what should be there. */
export type Reading =
  | Readonly<{ state: "present"; value: string }>
  | Readonly<{ state: "absent" }>
  | Readonly<{ state: "unreadable"; error: AppError }>;

/** An entry that no reader finds any more. `settled` resolves when a power cut cannot bring it back either. */
export type Removal = Readonly<{ settled: Promise<void> }>;

/** Entries of a storage backend where a version alone tells an entry. Both reject as `SecretBackend.write`. */
export type EntriesByVersion = {
  /** Which of the versions lie there, and of which keys. */
  find(versions: readonly string[]): Promise<readonly Readonly<{ key: SecretKey; version: string }>[]>;
  /** Removes them; the disk has it after the return. */
  remove(versions: readonly string[]): Promise<void>;
};

/**
 * One place where values can live. It knows entries, never which of them is in force.
 *
 * Every call but `unlock` ends within the backend's own deadline and opens no prompt.
 */
export interface SecretBackend {
  readonly name: StorageBackendName;
  readonly protection: Protection;

  /** Set where a removal costs as much as a write: then former entries go after the answer. */
  readonly removesSlowly?: boolean;

  /** Writes, reads and deletes a canary. Never rejects: `working`, or why it does not. */
  probe(): Promise<StorageReason>;

  /** Reads in one batch, in the order asked. Never rejects: what fails is `unreadable` with its error. */
  read(entries: readonly EntryRef[]): Promise<readonly Reading[]>;

  /** What `read` would find, without fetching a value where the storage can tell. Never rejects. */
  inspect(entries: readonly EntryRef[]): Promise<readonly SecretState[]>;

  /**
   * Stores a value under an entry that does not exist yet, as a whole or not at all. Gives its place, where knowing
   * that makes the next read faster.
   *
   * @throws `secrets.locked`, `secrets.unavailable`, `files.unsafe`, `files.failed`
   */
  write(entry: EntryRef, value: string): Promise<EntryPlace | void>;

  /**
   * As `write`, of several entries. Set where all of them cost no more than one. After a failure each of them may be
   * there or not.
   */
  readonly writeAll?: (entries: readonly NewEntry[]) => Promise<void>;

  /**
   * Deletes an entry; one that is not there is no error. Without a `Removal` it is gone for good.
   *
   * @throws as `write`
   */
  remove(entry: EntryRef): Promise<Removal | void>;

  /**
   * Set where entries can be found and removed by their versions. Then an index reserves versions for entries to come,
   * and a change that uses them need not be noted on the disk before: what lies under a reserved version after a crash
   * is of a change that did not come to its end.
   */
  readonly byVersion?: EntriesByVersion;

  /**
   * Asks the person to unlock the storage, and waits until they answer or `signal` ends the wait: the one call that may
   * open a prompt. Missing where nothing can be asked. Never rejects: `working`, or why it is still locked,
   * `prompt-dismissed` for example.
   */
  unlock?(signal: AbortSignal): Promise<StorageReason>;

  /**
   * Lists what lies here, without values. It may cost as much as a read of everything, so it runs on request alone.
   *
   * @throws `secrets.locked`, `secrets.unavailable`, `files.unsafe`, `files.failed`, `files.corrupt`
   */
  list(): Promise<Listing>;

  /** Lets go of connections. A later call opens them again. */
  close(): Promise<void>;
}

import { inspect } from "node:util";
import { AppError } from "@latchkey/api-contracts/errors";
import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { type Alias, addAliases } from "./aliases.ts";
import { checkEnvSize, type EnvLimits } from "./env-size.ts";

/** One secret on its way into a snapshot; without a value it is known and could not be read. */
export type SnapshotEntry = Readonly<{ key: SecretKey; envName: EnvName; value?: string | undefined }>;

/**
 * What one server process is started with: an immutable map, sorted by name. Printing, serialising or inspecting it
 * shows names, never values.
 */
export class EnvSnapshot {
  /** The names that are set, sorted. */
  readonly names: readonly EnvName[];
  /** The keys whose values are in it, sorted. */
  readonly keys: readonly SecretKey[];
  /** The keys that should be in it and could not be read, sorted. */
  readonly unreadable: readonly SecretKey[];
  readonly #values: ReadonlyMap<EnvName, string>;
  readonly #entries: readonly SnapshotEntry[];

  private constructor(values: ReadonlyMap<EnvName, string>, entries: readonly SnapshotEntry[]) {
    const keysOf = (isReadable: boolean) => {
      const wanted = entries.filter(({ value }) => (value !== undefined) === isReadable);
      return Object.freeze([...new Set(wanted.map(({ key }) => key))].toSorted(compare));
    };
    this.#values = values;
    this.#entries = entries;
    this.names = Object.freeze([...values.keys()]);
    this.keys = keysOf(true);
    this.unreadable = keysOf(false);
    Object.freeze(this);
  }

  /** @throws `secrets.collision` when two keys have one name */
  static from(entries: Iterable<SnapshotEntry>): EnvSnapshot {
    const sorted = [...entries].toSorted((a, b) => compare(a.envName, b.envName));
    const values = new Map<EnvName, string>();
    for (const [i, { key, envName, value }] of sorted.entries()) {
      const before = sorted[i - 1];
      if (before?.envName === envName && before.key !== key) {
        throw new AppError("secrets.collision", { key, otherKey: before.key, envName });
      }
      if (value !== undefined) values.set(envName, value);
    }
    return new EnvSnapshot(values, sorted);
  }

  /**
   * The same snapshot with the secrets also under the aliases that are in force.
   *
   * @throws `secrets.invalid-key`, `secrets.reserved-name`, `secrets.collision`
   */
  withAliases(aliases: readonly Alias[]): EnvSnapshot {
    return EnvSnapshot.from(addAliases(this.#entries, aliases));
  }

  /** The same snapshot without some keys, under whatever names. */
  without(keys: ReadonlySet<SecretKey>): EnvSnapshot {
    return keys.size === 0 ? this : EnvSnapshot.from(this.#entries.filter(({ key }) => !keys.has(key)));
  }

  /**
   * Refuses a snapshot that no process can be started with; by default that none of the supported systems takes.
   *
   * @throws `secrets.variable-too-large`, `secrets.env-too-large`
   */
  checkSize(limits?: EnvLimits): void {
    checkEnvSize(this.toEnv(), limits);
  }

  /** Whether a server started with the other one would see the same variables. */
  equals(other: EnvSnapshot): boolean {
    if (this.names.length !== other.names.length) return false;
    return this.names.every((name) => this.#values.get(name) === other.#values.get(name));
  }

  /** A new plain object with the values, for the start of the server process. */
  toEnv(): Record<string, string> {
    return Object.fromEntries(this.#values);
  }

  /** Each variable that is set, with the key and the value that it comes from. */
  entries(): readonly Readonly<{ key: SecretKey; envName: EnvName; value: string }>[] {
    return this.#entries.flatMap(({ key, envName, value }) =>
      value === undefined ? [] : [{ key, envName, value }],
    );
  }

  /** The values, for redaction. */
  values(): readonly string[] {
    return [...this.#values.values()];
  }

  toJSON(): { names: readonly EnvName[]; unreadable: readonly SecretKey[] } {
    return { names: this.names, unreadable: this.unreadable };
  }

  toString(): string {
    return `EnvSnapshot(${this.names.join(", ")})`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Builds the snapshot of the given entries. @throws `secrets.collision` when two keys have one name */
export function buildSnapshot(entries: Iterable<SnapshotEntry>): EnvSnapshot {
  return EnvSnapshot.from(entries);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

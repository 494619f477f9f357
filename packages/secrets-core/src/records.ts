import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type { IndexRecord } from "./index-document.ts";

type Base = ReadonlyMap<SecretKey, IndexRecord>;
/** `undefined` stands for a record that went. */
type Change = readonly [SecretKey, IndexRecord | undefined];

/** How many changes lie over a base before they make a new one. */
const maxChanges = 64;

/** The keys by variable of each base, found when they are first asked for. */
const namesOf = new WeakMap<Base, ReadonlyMap<string, SecretKey>>();

/**
 * The records of an index by key. Never changed: `with` gives other records, at the cost of the changes alone and not
 * of the thousands beside them.
 */
export class Records {
  readonly #base: Base;
  readonly #changes: ReadonlyMap<SecretKey, IndexRecord | undefined>;

  private constructor(base: Base, changes: ReadonlyMap<SecretKey, IndexRecord | undefined>) {
    this.#base = base;
    this.#changes = changes;
  }

  static from(entries: Iterable<readonly [SecretKey, IndexRecord]>): Records {
    return new Records(new Map(entries), new Map());
  }

  get(key: SecretKey): IndexRecord | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#base.get(key);
  }

  has(key: SecretKey): boolean {
    return this.get(key) !== undefined;
  }

  *[Symbol.iterator](): IterableIterator<readonly [SecretKey, IndexRecord]> {
    for (const entry of this.#base) if (!this.#changes.has(entry[0])) yield entry;
    for (const [key, record] of this.#changes) if (record) yield [key, record];
  }

  with(changes: Iterable<Change>): Records {
    const all = new Map([...this.#changes, ...changes]);
    const next = new Records(this.#base, all);
    return all.size > maxChanges ? Records.from(next) : next;
  }

  /** What became of these records in others: each key with its new record, compared by identity. */
  changesTo(after: Records): Change[] {
    const keys =
      this.#base === after.#base
        ? new Set([...this.#changes.keys(), ...after.#changes.keys()])
        : new Set([
            ...this.#base.keys(),
            ...this.#changes.keys(),
            ...after.#base.keys(),
            ...after.#changes.keys(),
          ]);
    return [...keys].flatMap((key): Change[] => {
      const record = after.get(key);
      return record === this.get(key) ? [] : [[key, record]];
    });
  }

  /** A key other than this one whose variable or alias it is. Names that differ by case alone are one. */
  otherWith(name: EnvName, key: SecretKey): SecretKey | undefined {
    const folded = name.toUpperCase();
    for (const [other, record] of this.#changes) {
      if (other !== key && record && allNames(record).includes(folded)) return other;
    }
    const other = this.#keysByName().get(folded);
    return other === undefined || other === key || this.#changes.has(other) ? undefined : other;
  }

  #keysByName(): ReadonlyMap<string, SecretKey> {
    const known = namesOf.get(this.#base);
    if (known) return known;
    const names = new Map<string, SecretKey>();
    for (const [key, record] of this.#base) for (const name of allNames(record)) names.set(name, key);
    namesOf.set(this.#base, names);
    return names;
  }
}

function allNames({ envName, aliases = [] }: IndexRecord): string[] {
  return [envName, ...aliases].map((name) => name.toUpperCase());
}

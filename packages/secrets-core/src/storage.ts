import type { SecretKey } from "@latchkey/api-contracts/ids";
import type {
  SecretState,
  StorageBackendName,
  StorageReason,
  StorageStatus,
} from "@latchkey/api-contracts/secrets";
import { chooseBackend, type FallbackPolicy, type StorageChoice } from "./choose-backend.ts";
import { type IndexRecord, refOf } from "./index-document.ts";
import { isAtLeast } from "./protection-rank.ts";
import type { Reading, SecretBackend } from "./secret-backend.ts";
import { unreachable, unreachableReason } from "./unreachable.ts";

type Records = readonly (readonly [SecretKey, IndexRecord])[];

/** The storage backends of one store: which is chosen, and reads across all of them. */
export type Storage = {
  readonly backends: readonly SecretBackend[];
  status(): StorageStatus;
  /** Probes and chooses anew. */
  choose(inUse: ReadonlySet<StorageBackendName>): Promise<StorageStatus>;
  /** Asks the person to unlock the chosen storage backend; one that cannot ask is left as it is. */
  unlock(signal: AbortSignal): Promise<void>;
  /** Where new values go. @throws `secrets.locked`, `secrets.unavailable` */
  requireWritable(): SecretBackend;
  /** Keeps the status true to a failed write. */
  noteFailure(backend: SecretBackend, error: unknown): void;
  /** The storage backend a record names. @throws `secrets.unavailable` when this store has none of that name */
  backendOf(name: StorageBackendName): SecretBackend;
  /** Reads the values in force: one batch for each storage backend, in the order asked. */
  read(records: Records): Promise<readonly Reading[]>;
  /** Whether the last that was heard of a storage backend is that it answers. */
  isReachable(name: StorageBackendName): boolean;
  /** Whether a removal there costs as much as a write. */
  isSlowToRemove(name: StorageBackendName): boolean;
  /** The records that lie in a weaker place than the chosen one. */
  weakerOf(records: Records): Records;
  /** The states of the values in force, in the order asked. */
  inspect(records: Records): Promise<readonly SecretState[]>;
  close(): Promise<void>;
};

/** Puts storage backends, strongest first, behind one face. */
export function createStorage(backends: readonly SecretBackend[], fallback: FallbackPolicy): Storage {
  const byName = new Map(backends.map((backend) => [backend.name, backend]));
  let choice: StorageChoice | undefined;
  let status: StorageStatus | undefined;
  const unreachableNames = new Set<StorageBackendName>();

  function chosen(): { backend: SecretBackend; status: StorageStatus } {
    if (!choice || !status) throw new TypeError("No storage backend was chosen yet.");
    return { backend: choice.backend, status };
  }

  /** Keeps the status true to what reads of the chosen storage backend meet. */
  function observe(name: StorageBackendName, readings: readonly Reading[]): void {
    if (readings.some((reading) => failureOf(reading) !== undefined)) unreachableNames.add(name);
    else if (readings.some(({ state }) => state === "present")) unreachableNames.delete(name);
    if (!choice || name !== choice.backend.name) return;
    const failure = readings.map(failureOf).find((reason) => reason !== undefined);
    if (failure) status = { ...choice.status, readable: false, reason: failure };
    else if (readings.some(({ state }) => state === "present") && !status?.readable) {
      status = {
        ...choice.status,
        readable: true,
        reason: choice.status.readable ? choice.status.reason : "working",
      };
    }
  }

  /** Asks each storage backend once, and puts the answers back in the order asked. */
  async function eachBackend<T>(
    records: Records,
    ask: (backend: SecretBackend, group: Records) => Promise<readonly T[]>,
    unknown: (name: StorageBackendName) => T,
  ): Promise<readonly T[]> {
    const answers = new Map<SecretKey, T>();
    const names = new Set(records.map(([, record]) => record.storageBackend));
    const groups = [...names].map(async (name) => {
      const group = records.filter(([, record]) => record.storageBackend === name);
      const backend = byName.get(name);
      const found = backend ? await ask(backend, group) : group.map(() => unknown(name));
      for (const [i, [key]] of group.entries()) answers.set(key, found[i] ?? unknown(name));
    });
    await Promise.all(groups);
    return records.map(([key, record]) => answers.get(key) ?? unknown(record.storageBackend));
  }

  return {
    backends,
    status: () => chosen().status,
    async choose(inUse) {
      unreachableNames.clear();
      const probe = async (backend: SecretBackend) => {
        const reason = await backend.probe();
        if (reason !== "working") unreachableNames.add(backend.name);
        return reason;
      };
      choice = await chooseBackend({ backends, fallback, inUse, probe });
      status = choice.status;
      return status;
    },
    async unlock(signal) {
      await chosen().backend.unlock?.(signal);
    },
    requireWritable() {
      const { backend, status } = chosen();
      if (status.readable) return backend;
      throw unreachable(backend.name, status.reason);
    },
    noteFailure({ name }, error) {
      const reason = unreachableReason(error);
      if (reason) unreachableNames.add(name);
      if (choice && reason && name === choice.backend.name) {
        status = { ...choice.status, readable: false, reason };
      }
    },
    backendOf(name) {
      const backend = byName.get(name);
      if (!backend) throw unreachable(name, "unsupported-platform");
      return backend;
    },
    isReachable: (name) => !unreachableNames.has(name),
    isSlowToRemove: (name) => byName.get(name)?.removesSlowly ?? false,
    weakerOf(records) {
      const { backend } = chosen();
      const names = backends.map(({ name }) => name);
      const place = names.indexOf(backend.name);
      return records.filter(([, { storageBackend, protection }]) => {
        if (storageBackend !== backend.name) return names.indexOf(storageBackend) > place;
        return !isAtLeast(protection, backend.protection);
      });
    },
    read: (records) =>
      eachBackend<Reading>(
        records,
        async (backend, group) => {
          const readings = await backend.read(group.map(([key, record]) => refOf(key, record)));
          observe(backend.name, readings);
          return readings;
        },
        (name) => ({ state: "unreadable", error: unreachable(name, "unsupported-platform") }),
      ),
    inspect: (records) =>
      eachBackend<SecretState>(
        records,
        (backend, group) => backend.inspect(group.map(([key, record]) => refOf(key, record))),
        () => "unreadable",
      ),
    async close() {
      await Promise.all(backends.map((backend) => backend.close()));
    },
  };
}

function failureOf(reading: Reading): StorageReason | undefined {
  return reading.state === "unreadable" ? unreachableReason(reading.error) : undefined;
}

import type { AppError } from "@latchkey/api-contracts/errors";
import { SecretKey } from "@latchkey/api-contracts/ids";
import type { Protection, StorageBackendName } from "@latchkey/api-contracts/secrets";
import { type FoundEntry, WholeVersion } from "./listing.ts";
import type { EntryRef, Reading, SecretBackend } from "./secret-backend.ts";
import { unreachableReason } from "./unreachable.ts";

/** The calls of a storage backend that can be made to fail. */
export type MemoryCall = "probe" | "read" | "inspect" | "write" | "remove" | "list";

export type MemoryBackendOptions = {
  /** Default `memory`; another name lets a test stand two of them in the order of choice. */
  name?: StorageBackendName;
  /** Asked before each call; an error makes the call fail with it, nothing lets it pass. */
  failWith?: (call: MemoryCall, entry?: EntryRef) => AppError | undefined;
};

/** A memory backend, with its entries open to a test. */
export type MemoryBackend = SecretBackend & { readonly entries: Map<string, string> };

const addressOf = (entry: EntryRef) => `${entry.key}@${entry.version}`;

/** Keeps values until the process ends. The double of every other storage backend in tests. */
export function createMemoryBackend(options: MemoryBackendOptions = {}): MemoryBackend {
  const { name = "memory", failWith = () => undefined } = options;
  const protection: Protection = name === "env-file" ? "none" : "os-user";
  const entries = new Map<string, string>();

  function readOne(entry: EntryRef, call: MemoryCall): Reading {
    const error = failWith(call, entry);
    if (error) return { state: "unreadable", error };
    const value = entries.get(addressOf(entry));
    return value === undefined ? { state: "absent" } : { state: "present", value };
  }

  function failIfAsked(call: MemoryCall, entry: EntryRef): void {
    const error = failWith(call, entry);
    if (error) throw error;
  }

  return {
    name,
    protection,
    entries,
    async probe() {
      const error = failWith("probe");
      return error ? (unreachableReason(error) ?? "probe-failed") : "working";
    },
    async read(refs) {
      return refs.map((entry) => readOne(entry, "read"));
    },
    async inspect(refs) {
      return refs.map((entry) => readOne(entry, "inspect").state);
    },
    async write(entry, value) {
      failIfAsked("write", entry);
      entries.set(addressOf(entry), value);
    },
    async remove(entry) {
      failIfAsked("remove", entry);
      entries.delete(addressOf(entry));
    },
    async list() {
      const error = failWith("list");
      if (error) throw error;
      const found = [...entries.keys()].map((address): FoundEntry[] => {
        const [key, version] = address.split("@");
        if (!WholeVersion.safeParse(version).success) return [];
        return [{ key: SecretKey.parse(key), version: version ?? "", storageBackend: name, protection }];
      });
      return { entries: found.flat(), others: 0 };
    },
    async close() {},
  };
}

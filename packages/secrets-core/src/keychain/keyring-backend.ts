import { AppError } from "@latchkey/api-contracts/errors";
import type { StorageReason } from "@latchkey/api-contracts/secrets";
import { createKeyringItems } from "../migration/keyring-items.ts";
import type { EntryRef, Reading, SecretBackend } from "../secret-backend.ts";
import { unreachable, unreachableReason } from "../unreachable.ts";
import { canaryEntry } from "./canary-entry.ts";
import { accountOf } from "./entry-account.ts";
import type { KeychainOptions } from "./keychain-backend.ts";
import { listEntries } from "./list-entries.ts";

/**
 * Keeps values in the system's keychain through `@napi-rs/keyring`, one call an entry. On Linux it is pinned to the
 * Secret Service, because its own choice may be the kernel's keyring, which forgets at a restart.
 */
export function createKeyringBackend({ service, deadlineMs }: KeychainOptions): SecretBackend {
  // Loaded on use: a Linux app that has this package's own client need not ship the binding.
  async function entryOf(entry: EntryRef, name = service) {
    const { AsyncEntry } = await import("@napi-rs/keyring");
    return new AsyncEntry(name, accountOf(entry), { linux: { store: "secret-service" } });
  }

  /** The binding gives up a call by signal where it can; the race ends the wait where it cannot. */
  async function within<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const signal = AbortSignal.timeout(deadlineMs);
    const expired = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(unreachable("keychain", "not-answering")));
    });
    return Promise.race([call(signal), expired]);
  }

  async function readOne(entry: EntryRef, name?: string): Promise<Reading> {
    try {
      const value = await within(async (signal) => (await entryOf(entry, name)).getPassword(signal));
      return value === null ? { state: "absent" } : { state: "present", value };
    } catch (error) {
      return { state: "unreadable", error: asAppError(error) };
    }
  }

  async function readAll(entries: readonly EntryRef[]): Promise<Reading[]> {
    const readings: Reading[] = [];
    // Each entry connects on this thread, so they go one by one and let others run between.
    for (const entry of entries) readings.push(await readOne(entry));
    return readings;
  }

  return {
    name: "keychain",
    protection: "os-user",
    removesSlowly: true,
    async probe(): Promise<StorageReason> {
      const canary = canaryEntry();
      const name = `${service}-probe`;
      try {
        await within(async (signal) => (await entryOf(canary, name)).setPassword(canary.version, signal));
        const reading = await readOne(canary, name);
        await within(async (signal) => (await entryOf(canary, name)).deletePassword(signal));
        return reading.state === "present" && reading.value === canary.version ? "working" : "probe-failed";
      } catch (error) {
        return reasonOf(error);
      }
    },
    read: readAll,
    async inspect(entries) {
      return (await readAll(entries)).map(({ state }) => state);
    },
    async write(entry, value) {
      try {
        await within(async (signal) => (await entryOf(entry)).setPassword(value, signal));
      } catch (error) {
        throw asAppError(error);
      }
    },
    async remove(entry) {
      try {
        await within(async (signal) => (await entryOf(entry)).deletePassword(signal));
      } catch (error) {
        throw asAppError(error);
      }
    },
    list: () => listEntries(createKeyringItems({ services: [service], deadlineMs }), service),
    async close() {},
  };
}

/** The binding's errors are texts of other programs, so only a closed reason is kept of them. */
function asAppError(error: unknown): AppError {
  return error instanceof AppError ? error : unreachable("keychain", reasonOf(error));
}

function reasonOf(error: unknown): StorageReason {
  const known = unreachableReason(error);
  if (known) return known;
  const text = error instanceof Error ? error.message : "";
  if (/locked|interaction is not allowed|user canceled|dismissed/i.test(text)) return "locked";
  if (/ServiceUnknown|not provided by any/i.test(text)) return "no-secret-service";
  if (/session bus|DBUS_SESSION_BUS_ADDRESS|autolaunch|connect/i.test(text)) return "no-session-bus";
  return "probe-failed";
}

import { unreachable } from "../unreachable.ts";
import type { ForeignItem, ForeignItems } from "./foreign-items.ts";

export type KeyringItemsOptions = {
  /** The service names that are looked into; the system's keychain is not listed as a whole. */
  services: readonly string[];
  /** Default 5,000. **Units** milliseconds for each call. */
  deadlineMs?: number;
};

const separator = "\0";

/**
 * The entries of other programs in the keychain of macOS or Windows, by service. On Linux `createSecretServiceItems`
 * lists without reading values; the system's call behind this one hands them out, and they are dropped at once.
 */
export function createKeyringItems({ services, deadlineMs = 5_000 }: KeyringItemsOptions): ForeignItems {
  async function find(service: string): Promise<{ item: ForeignItem; value: string }[]> {
    const { findCredentialsAsync } = await import("@napi-rs/keyring");
    const signal = AbortSignal.timeout(deadlineMs);
    const found = await findCredentialsAsync(service, undefined, signal).catch((error: unknown) => {
      throw asUnreachable(error, signal);
    });
    return found
      .map(({ account, password }) => ({
        item: { id: `${service}${separator}${account}`, service, account },
        value: password,
      }))
      .toSorted((a, b) => (a.item.account < b.item.account ? -1 : 1));
  }

  return {
    async list(service) {
      const asked = service === undefined ? services : [service];
      return (await Promise.all(asked.map(find))).flat().map(({ item }) => item);
    },
    async read(ids) {
      const asked = new Set(ids.map((id) => id.split(separator)[0] ?? ""));
      const found = (await Promise.all([...asked].map(find))).flat();
      const wanted = found.filter(({ item }) => ids.includes(item.id));
      return new Map(wanted.map(({ item, value }) => [item.id, Buffer.from(value)]));
    },
    async remove(id) {
      const [service = "", account = ""] = id.split(separator);
      const { AsyncEntry } = await import("@napi-rs/keyring");
      const signal = AbortSignal.timeout(deadlineMs);
      const entry = new AsyncEntry(service, account, { linux: { store: "secret-service" } });
      await entry.deletePassword(signal).catch((error: unknown) => {
        throw asUnreachable(error, signal);
      });
    },
  };
}

/** The binding's errors are texts of other programs, so only a closed reason is kept of them. */
function asUnreachable(error: unknown, signal: AbortSignal): Error {
  const text = error instanceof Error ? error.message : "";
  const isLocked = /locked|interaction is not allowed|user canceled|dismissed/i.test(text);
  return unreachable("keychain", isLocked ? "locked" : signal.aborted ? "not-answering" : "probe-failed");
}

import { sessionBusSocket } from "../keychain/secret-service/bus-address.ts";
import { reasonOf, SecretServiceError } from "../keychain/secret-service/bus-error.ts";
import { openSecretService, type SecretService } from "../keychain/secret-service/secret-service.ts";
import { unreachable } from "../unreachable.ts";
import type { ForeignItem, ForeignItems } from "./foreign-items.ts";

export type SecretServiceItemsOptions = {
  /** Default `process.env`: names the session bus. */
  env?: NodeJS.ProcessEnv;
  /** Default 5,000. **Units** milliseconds for each call. */
  deadlineMs?: number;
};

/** A bus may allow a connection no more than 128 calls that wait for their answer. */
const callsAtOnce = 100;

/** How programs name the account: keytar, then `@napi-rs/keyring` and python-keyring, then others. */
const accountAttributes = ["account", "username", "user"];

/**
 * The entries of all programs in the Secret Service of Linux. Listing reads attributes and no value, and nothing here
 * opens a prompt.
 */
export function createSecretServiceItems(options: SecretServiceItemsOptions = {}): ForeignItems {
  const { env = process.env, deadlineMs = 5_000 } = options;

  async function run<T>(operation: (service: SecretService) => Promise<T>): Promise<T> {
    const signal = AbortSignal.timeout(deadlineMs);
    let service: SecretService | undefined;
    const close = () => service?.close();
    signal.addEventListener("abort", close);
    try {
      const socket = sessionBusSocket(env);
      if (socket === undefined) throw new SecretServiceError("no-session-bus");
      ({ service } = await openSecretService(socket, signal, { service: "latchkey-greeting" }));
      return await operation(service);
    } catch (error) {
      throw unreachable("keychain", signal.aborted ? "not-answering" : reasonOf(error));
    } finally {
      signal.removeEventListener("abort", close);
      close();
    }
  }

  return {
    list: (name) =>
      run(async (service) => {
        const { unlocked, locked } = await service.search(name === undefined ? {} : { service: name });
        // A locked keyring may have more than it shows.
        if (locked.length > 0) throw new SecretServiceError("locked");
        const all: ForeignItem[] = [];
        for (let at = 0; at < unlocked.length; at += callsAtOnce) {
          const some = unlocked.slice(at, at + callsAtOnce);
          const found = await Promise.all(
            some.map(async (id) => itemOf(id, (await service.attributesOf(id)) ?? {})),
          );
          all.push(...found.flat());
        }
        return all.toSorted((a, b) => (a.service + a.account < b.service + b.account ? -1 : 1));
      }),
    read: (ids) => run((service) => service.secretsOf(ids)),
    remove: (id) => run((service) => service.deleteItem(id)),
  };
}

function itemOf(id: string, attributes: Readonly<Record<string, string>>): ForeignItem[] {
  const { service } = attributes;
  const account = accountAttributes.map((name) => attributes[name]).find((text) => text !== undefined);
  return service === undefined || account === undefined ? [] : [{ id, service, account }];
}

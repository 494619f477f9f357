import type { AreaHandlers } from "@latchkey/api-contracts/area";
import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { SecretMetadata, secrets } from "@latchkey/api-contracts/secrets";
import type { Host } from "@latchkey/host";
import type { PendingChange } from "@latchkey/secrets-core";

/**
 * The area `secrets`. A value that is saved comes into force once a server is healthy with it; a removal is in force at
 * once, because what is to go must not wait. `onChanged` is told after each change of the list.
 */
export function secretsHandlers(options: {
  host: Promise<Host>;
  onChanged: (keys: SecretKey[]) => void;
}): AreaHandlers<typeof secrets> {
  const { host, onChanged } = options;
  return {
    status: async () => (await host).store.status(),
    recheck: async () => (await host).recheckStorage(),
    unlock: async () => (await host).unlockStorage(),
    async list() {
      const { store } = await host;
      return { secrets: withPending(await store.list(), await store.pending()) };
    },
    async upsert({ key, value, envName }) {
      const { store, changes } = await host;
      const former = await store.describe(key);
      const change = await changes.stage([
        { op: "set", key, value, ...(envName !== undefined && { envName }) },
      ]);
      onChanged([key]);
      const secret = withPending(former ? [former] : [], change).find((known) => known.key === key);
      if (!secret?.isPending) {
        // An equal value may have come into force since the first look.
        const inForce = secret ?? (await store.describe(key));
        if (!inForce) throw new TypeError("a staged secret is not known");
        return { change: "unchanged", secret: inForce };
      }
      return { change: former ? "replaced" : "created", secret };
    },
    async remove({ key, alsoInUse }) {
      const { store, changes, log, connections } = await host;
      if (!alsoInUse && (await isUsed(connections, key))) throw new AppError("secrets.in-use", { key });
      const isInForce = (await store.describe(key)) !== undefined;
      if (!isInForce) await changes.stage([{ op: "remove", key }]);
      else {
        await store.delete(key);
        changes.deliver({ kind: "secrets-changed", keys: [key] }).catch((err: unknown) => log.warn({ err }));
      }
      onChanged([key]);
      return { key };
    },
  };
}

/** Whether a connection would stop working. Where connections are turned off, or cannot be read, none is known. */
async function isUsed(connections: Host["connections"], key: SecretKey): Promise<boolean> {
  const opened = await connections.open().catch(() => undefined);
  const usage = (await opened?.store.usage({ key })) ?? [];
  return usage.some(({ by }) => by === "connection");
}

/** The list as the person knows it: with secrets that are saved and not yet in force. */
function withPending(known: readonly SecretMetadata[], change: PendingChange | undefined): SecretMetadata[] {
  const byKey = new Map(known.map((secret) => [secret.key, secret]));
  for (const edit of change?.edits ?? []) {
    const former = byKey.get(edit.key);
    if (edit.op === "remove" || !change) continue;
    const { key, envName, storageBackend, protection, source } = edit;
    byKey.set(key, {
      key,
      envName,
      storageBackend,
      protection,
      source,
      state: "present",
      createdAt: former?.createdAt ?? change.createdAt,
      updatedAt: change.createdAt,
      isPending: true,
    });
  }
  return [...byKey.values()].toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

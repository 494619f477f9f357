import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { connections } from "@latchkey/api-contracts/connections";
import type { ConnectionId, SecretKey } from "@latchkey/api-contracts/ids";
import type { Seen, TestConnection } from "@latchkey/connections";
import type { Host, OpenedConnections } from "@latchkey/host";
import type { RequestFromWindow } from "../access/window-requester.ts";
import { createTestRuns } from "./test-runs.ts";

/**
 * The area `connections`. Metadata and secret are in force when a call returns; the server takes them up after it.
 * `onSecretsChanged` is told the keys whose secrets changed.
 */
export function connectionsHandlers(options: {
  host: Promise<Host>;
  /** Asks the person for a folder; undefined when they changed their mind. */
  askForFolder: () => Promise<string | undefined>;
  testConnection: TestConnection;
  /** Asks for the window, under its own name. */
  requestAccess: RequestFromWindow;
  onSecretsChanged: (keys: SecretKey[]) => void;
}): AreaHandlers<typeof connections> {
  const { host, askForFolder, testConnection, requestAccess, onSecretsChanged } = options;
  const runs = createTestRuns(testConnection);
  const opened = async (): Promise<OpenedConnections> => (await host).connections.open();

  /** Hands what changed to the server; how it takes it is told by its state. */
  async function deliver(keys: SecretKey[]): Promise<void> {
    const { changes, log } = await host;
    if (keys.length > 0) onSecretsChanged(keys);
    changes.deliver({ kind: "secrets-changed", keys }).catch((err: unknown) => log.warn({ err }));
  }

  async function changed<T extends { connection: Saved }>(
    seen: Seen,
    run: (store: OpenedConnections["store"]) => Promise<T>,
  ): Promise<T> {
    const { store } = await opened();
    const before = await store.get(seen.id).catch(() => undefined);
    const answer = await run(store);
    await deliver([...new Set([...keysOf(before), ...keysOf(answer.connection)])]);
    return answer;
  }

  return {
    async list() {
      const { store } = await opened();
      const folder = store.workspace();
      return { ...(await store.list()), workspace: folder && nameOf(folder) };
    },
    get: async ({ id }) => ({ connection: await (await opened()).store.get(id) }),
    async create(wanted) {
      const answer = await (await opened()).store.create(wanted);
      await deliver(keysOf(answer.connection));
      return answer;
    },
    update: ({ id, revision, ...wanted }) =>
      changed({ id, revision }, async (store) => ({
        connection: await store.update({ id, revision }, wanted),
      })),
    setSecret: ({ field, value, ...seen }) =>
      changed(seen, async (store) => ({ connection: await store.setSecret(seen, field, value) })),
    replaceSecret: ({ field, value, ...seen }) =>
      changed(seen, async (store) => ({ connection: await store.replaceSecret(seen, field, value) })),
    async delete({ alsoInUse, ...seen }) {
      const { removedKeys } = await (await opened()).store.remove(seen, { alsoInUse });
      await deliver(removedKeys);
      return { id: seen.id, removedKeys };
    },
    requestSecretAccess: ({ connectionId, reason }) => requestAccess({ connectionId, reason }),
    usage: async (of) => ({ usage: await (await opened()).store.usage(of) }),
    async test({ testId, target }) {
      const { store } = await opened();
      const seen = "providerId" in target ? undefined : await store.get(target.id);
      const result = await runs.run(testId, target);
      // A draft leaves nothing behind, and neither does a test that was called off.
      if (seen && (result.outcome === "ok" || result.outcome === "failed")) {
        const cause = result.outcome === "ok" ? null : (result.cause ?? "internal");
        await store.noteTest(seen, { checkedAt: result.checkedAt, cause });
      }
      return { result };
    },
    async cancelTest({ testId }) {
      runs.cancel(testId);
      return {};
    },
    async openWorkspace() {
      const folder = await askForFolder();
      if (folder !== undefined) await (await host).connections.openWorkspace(folder);
      const now = (await opened()).store.workspace();
      return { workspace: now && nameOf(now) };
    },
    async closeWorkspace() {
      await (await host).connections.openWorkspace(null);
      return {};
    },
  };
}

type Saved = Readonly<{ id: ConnectionId; secrets: Readonly<Record<string, { key: SecretKey }>> }>;

function keysOf(connection: Saved | undefined): SecretKey[] {
  return Object.values(connection?.secrets ?? {}).map(({ key }) => key);
}

/** The last part of a folder's path; the rest is nobody's business in the window. */
function nameOf(folder: string): string {
  return folder.split(/[\\/]/).findLast((part) => part !== "") ?? folder;
}

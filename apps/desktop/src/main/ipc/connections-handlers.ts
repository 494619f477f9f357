import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { Connection, ConnectionDraft, connections } from "@latchkey/api-contracts/connections";
import type { ConnectionId, SecretKey } from "@latchkey/api-contracts/ids";
import type { ConnectionEdit, NewConnection, Seen, TestConnection } from "@latchkey/connections";
import type { Host, OpenedConnections } from "@latchkey/host";
import type { RequestFromWindow } from "../access/window-requester.ts";
import { createUseApproval, type UseQuestion, type UsingForm } from "./approve-use.ts";
import { createTestRuns } from "./test-runs.ts";

/** How long a test may keep a save waiting. */
const saveLimitMs = 10_000;

/**
 * The area `connections`. Metadata and secret are in force when a call returns; the server takes them up after it.
 * `onSecretsChanged` is told the keys whose secrets changed.
 */
export function connectionsHandlers(options: {
  host: Promise<Host>;
  /** Asks the person for a folder; undefined when they changed their mind. */
  askForFolder: () => Promise<string | undefined>;
  /** Asks the person whether a secret that is there may be used. */
  askForUse: (question: UseQuestion) => Promise<boolean>;
  testConnection: TestConnection;
  /** Asks for the window, under its own name. */
  requestAccess: RequestFromWindow;
  onSecretsChanged: (keys: SecretKey[]) => void;
}): AreaHandlers<typeof connections> {
  const { host, askForFolder, askForUse, testConnection, requestAccess, onSecretsChanged } = options;
  const approve = createUseApproval(askForUse);
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

  async function approveUse(form: UsingForm): Promise<void> {
    await approve((await host).connections.providers, form);
  }

  async function create(wanted: NewConnection & UsingForm) {
    await approveUse(wanted);
    const answer = await (await opened()).store.create(wanted);
    await deliver(keysOf(answer.connection));
    return answer;
  }

  async function update({ id, revision, ...wanted }: Seen & ConnectionEdit & Pick<UsingForm, "usedSecrets">) {
    const { store } = await opened();
    if (Object.keys(wanted.usedSecrets).length > 0) {
      const { providerId, fields, displayName } = await store.get(id);
      await approveUse({ displayName, providerId, ...wanted, fields: wanted.fields ?? fields });
    }
    return changed({ id, revision }, async () => ({
      connection: await store.update({ id, revision }, wanted),
    }));
  }

  return {
    async list() {
      const { store } = await opened();
      const folder = store.workspace();
      return { ...(await store.list()), workspace: folder && nameOf(folder) };
    },
    get: async ({ id }) => ({ connection: await (await opened()).store.get(id) }),
    create,
    update,
    async testAndSave({ testId, ...wanted }) {
      const { store } = await opened();
      const isNew = "create" in wanted;
      await store.check(isNew ? wanted : { seen: wanted.update, update: wanted.update });
      const target = isNew
        ? { ...wanted.create, removedSecrets: [] }
        : draftOf(await store.get(wanted.update.id), wanted.update);
      await approveUse(target);
      const result = await runs.run(testId, target, saveLimitMs);
      if (result.outcome !== "ok" && result.outcome !== "no-test") return { result, saved: null };
      const saved = isNew ? await create(wanted.create) : { ...(await update(wanted.update)), refusal: null };
      if (result.outcome === "no-test" || saved.refusal !== null) return { result, saved };
      const { id } = saved.connection;
      await store.noteTest(saved.connection, { checkedAt: result.checkedAt, cause: null });
      return { result, saved: { ...saved, connection: await store.get(id) } };
    },
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
      if ("providerId" in target) await approveUse(target);
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

/** A change of a connection, as it is tried: the saved secrets fill what is neither typed nor removed. */
function draftOf(
  { id, providerId, fields }: Connection,
  update: Pick<ConnectionDraft, "secrets" | "usedSecrets" | "removedSecrets"> & {
    fields?: ConnectionDraft["fields"] | undefined;
  },
): ConnectionDraft {
  const { secrets, usedSecrets, removedSecrets } = update;
  return { id, providerId, fields: update.fields ?? fields, secrets, usedSecrets, removedSecrets };
}

type Saved = Readonly<{ id: ConnectionId; secrets: Readonly<Record<string, { key: SecretKey }>> }>;

function keysOf(connection: Saved | undefined): SecretKey[] {
  return Object.values(connection?.secrets ?? {}).map(({ key }) => key);
}

/** The last part of a folder's path; the rest is nobody's business in the window. */
function nameOf(folder: string): string {
  return folder.split(/[\\/]/).findLast((part) => part !== "") ?? folder;
}

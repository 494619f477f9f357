import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { DesktopState, ServerReason } from "@latchkey/api-contracts/desktop";
import type { StorageStatus } from "@latchkey/api-contracts/secrets";
import { buildSnapshot, createRedactor, type SecretStore } from "@latchkey/secrets-core";
import { createSupervisor, type Launcher, type Supervisor } from "@latchkey/supervisor";
import type { Logger } from "pino";
import { openAppLog } from "./app-log.ts";
import { openAuditLog } from "./audit-log.ts";
import type { Folders } from "./folders.ts";
import { openStore } from "./open-store.ts";
import { watchStore } from "./watch-store.ts";

/** All of Latchkey but a window: the store, the supervised server and the logs. */
export interface Host extends AsyncDisposable {
  readonly store: SecretStore;
  readonly supervisor: Supervisor;
  readonly log: Logger;
  state(): DesktopState;
  /**
   * Hands the secrets, as they are now, to the server; nothing restarts when it has them already. While a key storage
   * cannot be read the server keeps what it has, and waits with its first start: unreadable is not absent.
   *
   * @throws `server.unhealthy`, `server.stopped`, `audit.failed`
   */
  deliver(reason: ServerReason): Promise<void>;
  /** Looks at the key storage anew; when it has returned, the server gets what it waited for. */
  recheckStorage(): Promise<StorageStatus>;
}

const WAITING_FOR_STORAGE: ServerReason = { kind: "storage-unreadable", keys: [] };

/** How often a key storage that could not be read is asked again. */
const RECHECK_MS = 2_000;

/** Opens the store and prepares the server, which starts with the first `deliver`. @throws as `openSecretStore` */
export async function openHost(options: {
  folders: Folders;
  launcher: Launcher;
  /** Called when a key storage that could not be read is readable again. */
  onStorageReturned?: () => void;
  /** Called when another process may have changed secrets; the server gets them without it. */
  onExternalChange?: () => void;
}): Promise<Host> {
  const { folders, launcher, onStorageReturned, onExternalChange } = options;
  let snapshot = buildSnapshot([]);
  let redact = createRedactor([]);
  let isWaiting = false;
  let hasDelivered = false;

  const log = openAppLog(folders.logs, (text) => redact(text));
  const audit = await openAuditLog(folders.data);
  const store = await openStore(folders, audit.append);
  const warn = (err: unknown) => log.warn({ err });
  const record = (entry: AuditEntry) => void audit.append(entry).catch(warn);
  const supervisor = createSupervisor({
    launcher,
    redact: (line) => redact(line),
    onLogLine: ({ generation, text }) => log.info({ generation }, text),
    onAudit(entry) {
      const { action, generation } = entry;
      // Every start hands the secrets over, also one after a crash.
      if (action === "server.start" && generation !== undefined) {
        record({
          actor: "app",
          action: "secret.deliver",
          outcome: "done",
          keys: snapshot.keys,
          generation,
        });
      }
      record(entry);
    },
  });

  async function deliver(reason: ServerReason): Promise<void> {
    hasDelivered = true;
    const next = await store.snapshot();
    isWaiting = next.unreadable.length > 0 && !store.status().readable;
    if (isWaiting) return;
    // The old server may print old values until it is gone.
    redact = createRedactor([...snapshot.values(), ...next.values()]);
    snapshot = next;
    await supervisor.apply({ env: next.toEnv(), names: next.names, reason });
  }

  async function recheckStorage(): Promise<StorageStatus> {
    const wasReadable = store.status().readable;
    const status = await store.recheck();
    if (status.readable && !wasReadable) {
      onStorageReturned?.();
      // How the server takes it is told by its state.
      void deliver({ kind: isWaiting ? "app-start" : "secrets-changed", keys: [] }).catch(warn);
    }
    return status;
  }
  const timer = setInterval(() => {
    if (!store.status().readable) void recheckStorage().catch(warn);
  }, RECHECK_MS);

  const watching = watchStore(folders.data, () => {
    onExternalChange?.();
    // Before the first delivery there is nothing to bring up to date, and an equal snapshot restarts nothing.
    if (hasDelivered)
      void deliver({ kind: isWaiting ? "app-start" : "secrets-changed", keys: [] }).catch(warn);
  });

  return {
    store,
    supervisor,
    log,
    state: () => desktopState(store.status(), supervisor, isWaiting),
    deliver,
    recheckStorage,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      watching[Symbol.dispose]();
      await supervisor[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await audit[Symbol.asyncDispose]();
    },
  };
}

function desktopState(status: StorageStatus, supervisor: Supervisor, isWaiting: boolean): DesktopState {
  const server = supervisor.state();
  return {
    secretBackend: status.storageBackend,
    protection: status.protection,
    serverRestarting: supervisor.isRestarting(),
    server: isWaiting && server.phase === "stopped" ? { ...server, reason: WAITING_FOR_STORAGE } : server,
  };
}

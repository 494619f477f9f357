import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { Check, CheckReport } from "@latchkey/api-contracts/connection-test";
import type { DesktopState, ServerReason } from "@latchkey/api-contracts/desktop";
import type { ConnectionId, ProviderId, SecretKey } from "@latchkey/api-contracts/ids";
import type { StorageStatus } from "@latchkey/api-contracts/secrets";
import type { AuditLog, ToolAccess } from "@latchkey/connections";
import { openToolListener } from "@latchkey/connections/tools";
import {
  buildSnapshot,
  checkEnvSize,
  createRedactor,
  envLimitsOf,
  type SecretStore,
} from "@latchkey/secrets-core";
import {
  createSupervisor,
  type Front,
  type Launcher,
  openFront,
  openLogFile,
  type Supervisor,
} from "@latchkey/supervisor";
import type { Logger } from "pino";
import { openAppLog } from "./app-log.ts";
import { type ChangeFlow, openChangeFlow } from "./change-flow.ts";
import type { Folders } from "./folders.ts";
import { publishFront } from "./front-file.ts";
import { openAudit } from "./open-audit.ts";
import { type HostConnections, openHostConnections } from "./open-connections.ts";
import { openStore } from "./open-store.ts";
import { openPendingNote } from "./pending-note.ts";
import { watchStore } from "./watch-store.ts";

/** All of Latchkey but a window: the store, the supervised server and the logs. */
export interface Host extends AsyncDisposable {
  readonly store: SecretStore;
  readonly supervisor: Supervisor;
  /** The one address of the server over all its generations; `server-front.json` tells other programs of it. */
  readonly front: Pick<Front, "port" | "token">;
  readonly log: Logger;
  readonly audit: AuditLog;
  readonly connections: HostConnections;
  state(): DesktopState;
  /**
   * Brings what is stored to the server; nothing restarts when it has it already. While a key storage cannot be read
   * the server keeps what it has, and waits with its first start: unreadable is not absent.
   */
  readonly changes: ChangeFlow;
  /** Runs a check of a connection in the server, once that has what is stored. Resolves in any case. */
  runCheck(check: Check, signal: AbortSignal): Promise<CheckReport>;
  /** Runs a check with values that are not saved, in a process of its own. Resolves in any case. */
  runDraftCheck(
    check: Check,
    env: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<CheckReport>;
  /** Looks at the key storage anew; when it has returned, the server gets what it waited for. */
  recheckStorage(): Promise<StorageStatus>;
  /** As `recheckStorage`, after the system asked the person to unlock it. */
  unlockStorage(): Promise<StorageStatus>;
}

const WAITING_FOR_STORAGE: ServerReason = { kind: "storage-unreadable", keys: [] };

/** How often a key storage that could not be read is asked again. */
const RECHECK_MS = 2_000;

/** Opens the store and prepares the server, which starts with the first `deliver`. @throws as `openSecretStore` */
export async function openHost(options: {
  folders: Folders;
  launcher: Launcher;
  /**
   * What the server may do on behalf of its tools, asked for once the store is open; without it, the server is told of
   * no place where to ask.
   */
  toolAccess?: () => ToolAccess;
  /** Called when a key storage that could not be read is readable again. */
  onStorageReturned?: () => void;
  /** Called when a change came into force, was given up, or waits; `keys` are those whose value in force changed. */
  onChange?: (keys: readonly SecretKey[]) => void;
  /** Called when another process may have changed secrets; the server gets them without it. */
  onExternalChange?: () => void;
  /** Called when connections changed; with no ids when any of them may have. */
  onConnectionsChanged?: (ids: readonly ConnectionId[]) => void;
  /** Called when providers came or went. */
  onProvidersChanged?: (ids: readonly ProviderId[]) => void;
  /** Called when the activity log has new entries, of this process or of another. */
  onActivity?: () => void;
  /** Called with the number of steps that went on unrecorded, where the person allows that, and with 0 afterwards. */
  onUnrecorded?: (count: number) => void;
}): Promise<Host> {
  const { folders, launcher, onStorageReturned, onChange, onExternalChange, onActivity } = options;
  const { onConnectionsChanged, onProvidersChanged, toolAccess } = options;
  let snapshot = buildSnapshot([]);
  let redact = createRedactor([]);
  let isWaiting = false;

  const log = openAppLog(folders.logs, (text) => redact(text));
  const serverLog = openLogFile({ folder: folders.logs, name: "server.log" });
  const warn = (err: unknown) => log.warn({ err });
  const audit = await openAudit(folders, {
    redact: (text) => redact(text),
    onWarning: warn,
    onUnrecorded: (count) => options.onUnrecorded?.(count),
  });
  const store = await openStore(folders, (entry) => audit.append(entry));
  void audit.keepHead();
  const connections = openHostConnections({
    folders,
    secrets: store,
    onAudit: (entry) => audit.append(entry),
    onChanged: (ids) => onConnectionsChanged?.(ids),
    onProvidersChanged: (ids) => onProvidersChanged?.(ids),
    onError: warn,
  });
  const record = (entry: AuditEntry) => void audit.append(entry).catch(warn);
  const limits = envLimitsOf(process.platform);
  const tools =
    toolAccess && (await openToolListener({ access: toolAccess(), serving: () => supervisor.serving() }));
  const supervisor = createSupervisor({
    launcher: {
      ...launcher,
      launch(start) {
        checkEnvSize(start.env, limits);
        return launcher.launch(start);
      },
    },
    redact: (line) => redact(line),
    ...(tools && { toolsPort: tools.port }),
    onLogLine: ({ generation, text }) => serverLog.write(`${new Date().toISOString()} ${generation} ${text}`),
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

  const changes = await openChangeFlow({
    store,
    supervisor,
    note: openPendingNote(folders.data),
    limits,
    shape: (stored) => connections.shape(stored),
    onSnapshots(tried, stored) {
      isWaiting = false;
      // The old server may print old values until it is gone.
      redact = createRedactor([snapshot, ...stored].flatMap((one) => one.values()));
      snapshot = tried;
    },
    onUnreadable: () => (isWaiting = true),
    onChanged: (keys) => onChange?.(keys),
    onError: (err) => log.error({ err }),
  });

  async function lookAtStorage(look: () => Promise<StorageStatus>): Promise<StorageStatus> {
    const wasReadable = store.status().readable;
    const status = await look();
    if (status.readable && !wasReadable) {
      onStorageReturned?.();
      // How the server takes it is told by its state.
      void changes.deliver({ kind: isWaiting ? "app-start" : "secrets-changed", keys: [] }).catch(warn);
    }
    return status;
  }
  const recheckStorage = () => lookAtStorage(() => store.recheck());
  const timer = setInterval(() => {
    if (!store.status().readable) void recheckStorage().catch(warn);
  }, RECHECK_MS);

  const watching = watchStore(folders.data, {
    onSecrets() {
      onExternalChange?.();
      // Before the first delivery there is nothing to bring up to date, and an equal snapshot restarts nothing.
      if (supervisor.state().generation === 0 && !isWaiting) return;
      void changes.deliver({ kind: isWaiting ? "app-start" : "secrets-changed", keys: [] }).catch(warn);
    },
    onActivity: () => onActivity?.(),
  });

  supervisor.subscribe(() => tools?.servingChanged());
  const front = await openFront({ supervisor });
  // Without the file other programs do not find the server; the app itself needs it not.
  const withdraw = await publishFront(folders.data, front).catch(warn);

  return {
    store,
    supervisor,
    front,
    log,
    audit,
    connections,
    state: () => ({ ...desktopState(store.status(), supervisor, isWaiting), change: changes.state() }),
    changes,
    async runCheck(check, signal) {
      // No start waits for it.
      const { runServerCheck } = await import("./connection-check.ts");
      return await runServerCheck({
        supervisor: {
          async request(path, init) {
            // What was saved last may be on its way to the server still; one that has it restarts for nothing.
            await changes.deliver({ kind: "secrets-changed", keys: [] });
            return supervisor.request(path, init);
          },
        },
        check,
        signal,
        redact: (text) => redact(text),
      });
    },
    async runDraftCheck(check, env, signal) {
      const { runDraftCheck } = await import("./connection-check.ts");
      return await runDraftCheck({ launcher, check, env, signal });
    },
    recheckStorage,
    unlockStorage: () => lookAtStorage(() => store.unlock()),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      watching[Symbol.dispose]();
      await withdraw?.().catch(warn);
      await front[Symbol.asyncDispose]();
      await tools?.[Symbol.asyncDispose]();
      await supervisor[Symbol.asyncDispose]();
      await serverLog[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await audit.keepHead();
      await audit[Symbol.asyncDispose]();
    },
  };
}

function desktopState(
  status: StorageStatus,
  supervisor: Supervisor,
  isWaiting: boolean,
): Omit<DesktopState, "change"> {
  const server = supervisor.state();
  return {
    secretBackend: status.storageBackend,
    protection: status.protection,
    serverRestarting: supervisor.isRestarting(),
    server: isWaiting && server.phase === "stopped" ? { ...server, reason: WAITING_FOR_STORAGE } : server,
  };
}

import { AppError, toErrorData } from "@latchkey/api-contracts/errors";
import type {
  ExtensionConnection,
  ExtensionEvent,
  ExtensionLogLine,
  ExtensionState,
  ExtensionStop,
} from "@latchkey/api-contracts/extensions";
import { type ExtensionId, type ProviderId, RequesterId } from "@latchkey/api-contracts/ids";
import { describeProblem, type ProviderRegistry } from "@latchkey/connections";
import { segmentFromId } from "@latchkey/secrets-core";
import { createBridge, type ExtensionAccess } from "./bridge.ts";
import { type ExtensionFolder, readExtension } from "./extension-folder.ts";
import type { ExtensionRun, ExtensionRunOptions } from "./extension-window.ts";
import type { FoundExtension } from "./find-extensions.ts";
import { type Allowance, createWindowLimit } from "./limits.ts";

/** When a run is ended. **Units** milliseconds and bytes. */
export const runLimits = {
  crashes: 3,
  crashWindowMs: 60_000,
  pingEveryMs: 5_000,
  pongWithinMs: 10_000,
  maxMemoryBytes: 512 * 1024 * 1024,
  maxLogLines: 100,
} as const;

/** Who an extension is, for the consent: what its folder says and what its code hashes to. */
export interface ExtensionRequester {
  readonly requesterId: RequesterId;
  readonly name: string;
  readonly publisher: string;
  readonly version: string;
  readonly isVerified: boolean;
  readonly contentHash: string;
}

export interface ExtensionHostOptions {
  readonly access: ExtensionAccess;
  readonly providers: Pick<ProviderRegistry, "contribute" | "withdraw">;
  readonly listConnections: (providerIds: readonly ProviderId[]) => Promise<readonly ExtensionConnection[]>;
  /** Starts the code of an extension: in a window of its own, in the app. */
  readonly open: (folder: ExtensionFolder, options: ExtensionRunOptions) => Promise<ExtensionRun>;
  readonly onChanged: () => void;
  readonly onUnexpected: (where: string, error: unknown) => Promise<void>;
}

export interface ExtensionHost extends Disposable {
  /** Reads a folder and starts its code, if it has any. A folder that cannot be used is in the list, with the reason. */
  add(found: FoundExtension): Promise<void>;
  list(): ExtensionState[];
  /** Reads the folder anew: what runs then is what is there now. @throws `extensions.invalid` for one that is not there */
  start(id: ExtensionId): Promise<void>;
  stop(id: ExtensionId): void;
  /** Who asks; undefined for an extension that does not run. */
  find(requesterId: RequesterId): ExtensionRequester | undefined;
  connectionsChanged(): void;
}

interface Entry {
  readonly path: string;
  folder: ExtensionFolder;
  providerIds: readonly ProviderId[];
  status: "ready" | "starting" | "active" | "stopped" | "blocked";
  stop: ExtensionStop | null;
  logTail: ExtensionLogLine[];
  isCrashAllowed: Allowance;
  run: Run | undefined;
}

interface Run {
  readonly ending: AbortController;
  window?: ExtensionRun;
  /** The ping that is not answered yet. */
  ping?: { number: number; sentAtMs: number };
}

const nowMs = () => performance.now();

/** Keeps the extensions: one run each, ended when it crashes too often, floods, hangs or grows. */
export function openExtensionHost(options: ExtensionHostOptions): ExtensionHost {
  const { access, providers, listConnections, open, onChanged, onUnexpected } = options;
  const entries = new Map<ExtensionId, Entry>();
  const invalid = new Map<string, ExtensionState & { status: "invalid" }>();
  let pingCount = 0;

  function end(entry: Entry, stop: ExtensionStop, status: "stopped" | "blocked"): void {
    const { run } = entry;
    if (!run) return;
    entry.run = undefined;
    run.ending.abort();
    run.window?.[Symbol.dispose]();
    access.requesterStopped(requesterIdOf(entry.folder.id));
    Object.assign(entry, { status, stop });
    if (stop === "person" || status === "blocked") providers.withdraw(entry.folder.id);
    onChanged();
  }

  /** Under ids that no other extension can have. */
  function contribute(entry: Entry): void {
    const { id, manifest } = entry.folder;
    const definitions = manifest.contributes.connectionProviders.map((given) => withOwnId(id, given));
    const { publisher } = manifest;
    const report = providers.contribute({ extensionId: id, publisher, isVerified: false, definitions });
    entry.providerIds = report.accepted;
    for (const { index, problems } of report.refused) {
      for (const problem of problems) {
        log(entry, { level: "warn", text: `connectionProviders.${index}: ${describeProblem(problem)}` });
      }
    }
  }

  function crashed(entry: Entry, run: Run): void {
    if (entry.run !== run) return;
    const mayRestart = entry.isCrashAllowed(nowMs());
    end(entry, "crashes", mayRestart ? "stopped" : "blocked");
    if (mayRestart) void launch(entry);
  }

  async function launch(entry: Entry): Promise<void> {
    const { folder } = entry;
    contribute(entry);
    if (folder.manifest.main === undefined) {
      entry.status = "ready";
      return onChanged();
    }
    const run: Run = { ending: new AbortController() };
    Object.assign(entry, { run, status: "starting", stop: null });
    onChanged();
    const whileRunning = (then: () => void) => entry.run === run && then();
    const call = createBridge({
      requesterId: requesterIdOf(folder.id),
      access,
      listConnections: () => listConnections(providersKnownTo(entry)),
      onLog: (line) => whileRunning(() => log(entry, line)),
      onFlood: () => whileRunning(() => end(entry, "flood", "blocked")),
      onUnexpected: (error) => void onUnexpected(folder.id, error),
      nowMs,
      signal: run.ending.signal,
    });
    try {
      const window = await open(folder, {
        call,
        onSign(sign) {
          if (entry.run !== run) return;
          if (sign.sign === "failed") return end(entry, "load-failed", "stopped");
          // An answer to a ping that is over says nothing of now.
          if (sign.sign === "pong") return void (run.ping?.number === sign.number && delete run.ping);
          entry.status = "active";
          onChanged();
        },
        onGone: (how) =>
          how === "crashed" ? crashed(entry, run) : whileRunning(() => end(entry, "unresponsive", "stopped")),
        onUnexpected,
      });
      if (entry.run === run) run.window = window;
      else window[Symbol.dispose]();
    } catch (error) {
      if (entry.run !== run) return;
      await onUnexpected(folder.id, error);
      end(entry, "load-failed", "stopped");
    }
  }

  function look(entry: Entry): void {
    const { run } = entry;
    if (!run?.window) return;
    if ((run.window.memory() ?? 0) > runLimits.maxMemoryBytes) return end(entry, "memory", "blocked");
    if (run.ping) {
      const isLate = nowMs() - run.ping.sentAtMs >= runLimits.pongWithinMs;
      if (isLate) end(entry, "unresponsive", "stopped");
      return;
    }
    run.ping = { number: ++pingCount, sentAtMs: nowMs() };
    run.window.tell({ event: "ping", number: run.ping.number });
  }
  const looking = setInterval(() => {
    for (const entry of entries.values()) look(entry);
  }, runLimits.pingEveryMs);

  function log(entry: Entry, line: Pick<ExtensionLogLine, "level" | "text">): void {
    const occurredAt = new Date().toISOString();
    entry.logTail = [...entry.logTail, { occurredAt, ...line }].slice(-runLimits.maxLogLines);
    onChanged();
  }

  function entryOf(id: ExtensionId): Entry {
    const entry = entries.get(id);
    if (!entry) throw new AppError("extensions.invalid", { field: "id", rule: "missing" });
    return entry;
  }

  return {
    async add({ path, id }) {
      try {
        const folder = await readExtension(path);
        if (entries.has(folder.id) || (id !== undefined && folder.id !== id))
          throw new AppError("extensions.invalid", { field: "id", rule: "not-allowed" });
        const entry: Entry = {
          path,
          folder,
          providerIds: [],
          status: "ready",
          stop: null,
          logTail: [],
          isCrashAllowed: createWindowLimit(runLimits.crashes, runLimits.crashWindowMs),
          run: undefined,
        };
        entries.set(folder.id, entry);
        await launch(entry);
      } catch (error) {
        if (!(error instanceof AppError)) await onUnexpected(path, error);
        invalid.set(path, { status: "invalid", folder: path.slice(-1_000), error: toErrorData(error) });
        onChanged();
      }
    },
    list: () => [...[...entries.values()].map(stateOf), ...invalid.values()],
    async start(id) {
      const entry = entryOf(id);
      if (entry.run) return;
      const folder = await readExtension(entry.path);
      if (folder.id !== id) throw new AppError("extensions.invalid", { field: "id", rule: "not-allowed" });
      entry.folder = folder;
      entry.isCrashAllowed = createWindowLimit(runLimits.crashes, runLimits.crashWindowMs);
      await launch(entry);
    },
    stop: (id) => end(entryOf(id), "person", "stopped"),
    find(requesterId) {
      const entry = [...entries.values()].find(({ folder }) => requesterIdOf(folder.id) === requesterId);
      return entry?.run && requesterOf(entry.folder);
    },
    connectionsChanged() {
      const event: ExtensionEvent = { event: "connections-changed" };
      for (const { run } of entries.values()) run?.window?.tell(event);
    },
    [Symbol.dispose]() {
      clearInterval(looking);
      for (const entry of entries.values()) end(entry, "person", "stopped");
    },
  };
}

function requesterIdOf(id: ExtensionId): RequesterId {
  return RequesterId.parse(`extension:${id}`);
}

function requesterOf({ id, manifest, contentHash }: ExtensionFolder): ExtensionRequester {
  const { displayName: name, publisher, version } = manifest;
  // Nobody vouches for a publisher yet.
  return { requesterId: requesterIdOf(id), name, publisher, version, isVerified: false, contentHash };
}

function providersKnownTo({ folder, providerIds }: Entry): ProviderId[] {
  return [...providerIds, ...folder.manifest.contributes.usesProviders];
}

/** A definition without an id that can be read stays as it is: the registry says what is wrong with it. */
function withOwnId(extensionId: ExtensionId, given: unknown): unknown {
  if (typeof given !== "object" || given === null || !("id" in given)) return given;
  if (typeof given.id !== "string") return given;
  return { ...given, id: segmentFromId(`${extensionId}.${given.id}`) };
}

function stateOf({ folder, providerIds, status, stop, logTail }: Entry): ExtensionState {
  const { displayName, publisher, version } = folder.manifest;
  return {
    status,
    id: folder.id,
    displayName,
    publisher,
    version,
    contentHash: folder.contentHash,
    providerIds: [...providerIds],
    stop,
    logTail,
  };
}

import type { AuditEntry } from "@latchkey/api-contracts/audit";
import { AppError, toErrorData } from "@latchkey/api-contracts/errors";
import type {
  ExtensionConnection,
  ExtensionEvent,
  ExtensionLogLine,
  ExtensionState,
  ExtensionStop,
} from "@latchkey/api-contracts/extensions";
import type { ExtensionId, ProviderId, RequesterId } from "@latchkey/api-contracts/ids";
import { describeProblem, type ProviderRegistry } from "@latchkey/connections";
import type { BlockList } from "./blocked-extensions.ts";
import { createBridge, type ExtensionAccess } from "./bridge.ts";
import {
  type Entry,
  type ExtensionRequester,
  providersKnownTo,
  type Run,
  requesterIdOf,
  requesterOf,
  stateOf,
  withOwnId,
} from "./extension-entry.ts";
import { type ExtensionFolder, readExtension } from "./extension-folder.ts";
import type { ExtensionRun, ExtensionRunOptions } from "./extension-window.ts";
import type { FoundExtension } from "./find-extensions.ts";
import { createWindowLimit } from "./limits.ts";
import { pictureFrom } from "./provider-picture.ts";

/** When a run is ended. **Units** milliseconds and bytes. */
export const runLimits = {
  crashes: 3,
  crashWindowMs: 60_000,
  pingEveryMs: 5_000,
  pongWithinMs: 10_000,
  maxMemoryBytes: 512 * 1024 * 1024,
  maxLogLines: 100,
} as const;

export interface ExtensionHostOptions {
  readonly access: ExtensionAccess;
  readonly providers: Pick<ProviderRegistry, "contribute" | "withdraw">;
  readonly listConnections: (providerIds: readonly ProviderId[]) => Promise<readonly ExtensionConnection[]>;
  /** Starts the code of an extension: in a window of its own, in the app. */
  readonly open: (folder: ExtensionFolder, options: ExtensionRunOptions) => Promise<ExtensionRun>;
  /** Those that were stopped for good in an earlier run of the app. */
  readonly blocked: Promise<BlockList>;
  /** Writes a step down, for the person to see later; it holds nothing up. */
  readonly record: (entry: AuditEntry) => void;
  readonly onChanged: () => void;
  readonly onUnexpected: (where: string, error: unknown) => Promise<void>;
}

export interface ExtensionHost extends AsyncDisposable {
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

const nowMs = () => performance.now();

/** Keeps the extensions: one run each, ended when it crashes too often, floods, hangs or grows. */
export function openExtensionHost(options: ExtensionHostOptions): ExtensionHost {
  const { access, providers, listConnections, open, blocked, onChanged, onUnexpected } = options;
  const entries = new Map<ExtensionId, Entry>();
  const invalid = new Map<string, ExtensionState & { status: "invalid" }>();
  let pingCount = 0;

  function endRun(entry: Entry): boolean {
    const { run } = entry;
    if (!run) return false;
    entry.run = undefined;
    run.ending.abort();
    run.window?.[Symbol.dispose]();
    access.requesterStopped(requesterIdOf(entry.folder.id));
    return true;
  }

  function end(entry: Entry, stop: ExtensionStop, status: "stopped" | "blocked"): void {
    if (!endRun(entry)) return;
    const { id } = entry.folder;
    Object.assign(entry, { status, stop });
    const isForGood = stop === "person" || status === "blocked";
    if (isForGood) providers.withdraw(id);
    const isCrash = stop === "crashes" && status === "stopped";
    note(id, stop === "person" ? "person" : "app", {
      action: status === "blocked" ? "extension.blocked" : isCrash ? "extension.crash" : "extension.stop",
      reason: stop,
    });
    if (isForGood) {
      blocked.then((list) => list.block(id, stop)).catch((error: unknown) => onUnexpected(id, error));
    }
    onChanged();
  }

  function note(id: ExtensionId, actor: "person" | "app", step: Pick<AuditEntry, "action" | "reason">): void {
    options.record({ actor, outcome: "done", keys: [], requesterId: requesterIdOf(id), ...step });
  }

  /** Under ids that no other extension can have. */
  function contribute(entry: Entry): void {
    const { id, manifest } = entry.folder;
    const definitions = manifest.contributes.connectionProviders.map((given) => withOwnId(id, given));
    const { publisher } = manifest;
    const report = providers.contribute({
      extensionId: id,
      publisher,
      isVerified: false,
      definitions,
      pictureOf(file) {
        const picture = pictureFrom(file, entry.folder.files.get(file));
        if (!picture) log(entry, { level: "warn", text: `${file}: not a picture that can be shown` });
        return picture;
      },
    });
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
        const former = await blocked;
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
        const stop = former.find(folder.id);
        if (stop === undefined) return await launch(entry);
        Object.assign(entry, { status: stop === "person" ? "stopped" : "blocked", stop });
        onChanged();
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
      await (await blocked).lift(id);
      note(id, "person", { action: "extension.start" });
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
    async [Symbol.asyncDispose]() {
      clearInterval(looking);
      for (const entry of entries.values()) endRun(entry);
      await (await blocked).settled();
    },
  };
}

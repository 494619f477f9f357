import { closeSync, mkdirSync } from "node:fs";
import {
  type AuditEntry,
  AuditEvent,
  type AuditFilter,
  type AuditListing,
  type AuditPosition,
  type AuditVerification,
} from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";
import { appendEvents, defaultLimits, type LogLimits } from "./append-events.ts";
import { escapeText } from "./escape-text.ts";
import { type ExportFormat, exportEvents } from "./export-events.ts";
import { type HeadKeeper, watchHead } from "./keep-head.ts";
import { listEvents, newestFirst } from "./list-events.ts";
import { sweepLocks } from "./log-lock.ts";
import { ownEvent } from "./own-event.ts";
import { verifyLog } from "./read-log.ts";
import { activeName, openActive } from "./segment-files.ts";
import type { Tail } from "./take-up.ts";

export type AuditLogOptions = {
  folder: string;
  /** Without it a tail that was cut off cannot be noticed. */
  heads?: HeadKeeper;
  /** Default 64: after each so many entries the head is kept. */
  headEvery?: number;
  limits?: LogLimits;
  /** Default `refuse`: what cannot be recorded does not happen. `allow` goes on, and says so in the next entry. */
  onFailure?: "refuse" | "allow";
  /** Told with `allow` how many steps are not recorded whenever that changes; 0 once the log has told of them. */
  onUnrecorded?: (count: number) => void;
  /** Takes stored values out of requesters' words. */
  redact?: (text: string) => string;
  /** Told of what failed beside an append: a head that could not be kept. */
  onWarning?: (error: unknown) => void;
  now?: () => Date;
};

/** The activity log of a folder, which several processes may write to. */
export interface AuditLog extends AsyncDisposable {
  /**
   * When this resolves the entry is on disk. Entries that wait for the disk at once share one synchronisation.
   *
   * @throws `audit.failed` when it is not; the step it announces must then not happen
   */
  readonly append: (entry: AuditEntry) => Promise<void>;
  /** A page, newest first. @throws `files.failed` */
  list(options: {
    limit: number;
    filter?: AuditFilter | undefined;
    before?: AuditPosition | undefined;
    after?: AuditPosition | undefined;
  }): Promise<{ entries: AuditListing[]; next: AuditPosition | null }>;
  /** Every entry that passes, newest first. @throws `files.failed` */
  entries(filter?: AuditFilter): AsyncIterable<AuditListing>;
  /** Checks the whole chain, and its end against the kept head. @throws `files.failed` */
  verify(): Promise<AuditVerification>;
  /** Writes the entries that pass, newest first, to a file of the person's; their number. @throws `files.failed` */
  exportTo(
    path: string,
    options: { format: ExportFormat; filter?: AuditFilter | undefined },
  ): Promise<number>;
  /** How many steps went on without an entry and are not told of yet; 0 where nothing goes on without one. */
  readonly unrecorded: () => number;
  /** Keeps the present head now, when this process has appended. Never rejects. */
  keepHead(): Promise<void>;
}

type Waiting = Readonly<{ event: AuditEvent; resolve: () => void; reject: (error: AppError) => void }>;

/**
 * Opens the activity log of a folder, which is made with mode 0700 when it is missing.
 *
 * @throws `audit.failed` when it cannot be opened, or is a link
 */
export async function openAuditLog(options: AuditLogOptions): Promise<AuditLog> {
  const { folder, heads, headEvery = 64, limits = defaultLimits, onFailure = "refuse" } = options;
  const { redact = (text) => text, onUnrecorded, now = () => new Date() } = options;
  const isAllowed = onFailure === "allow";
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let tail: Tail | undefined;
  let lost = 0;
  let isFirst = true;

  const head = watchHead({ folder, heads, tail: () => tail, append, onWarning: warn });

  try {
    prepare(folder);
  } catch (error) {
    if (!isAllowed) throw error;
    warn(error);
  }

  /** Whoever is told must not hold up an entry by failing at it. */
  function warn(error: unknown): void {
    try {
      options.onWarning?.(error);
    } catch {
      // Nobody is left to tell.
    }
  }

  function setLost(count: number): void {
    if (count === lost) return;
    lost = count;
    try {
      onUnrecorded?.(lost);
    } catch (error) {
      warn(error);
    }
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const events = batch.map(({ event }) => event);
        if (lost > 0) events.unshift(tellOfLost());
        const firstSeq = tail?.point.seq;
        tail = await appendEvents(folder, events, { limits, former: tail, dropsOld: isFirst, now });
        isFirst = false;
        setLost(0);
        for (const { resolve } of batch) resolve();
        const { seq } = tail.point;
        const former = firstSeq ?? seq - events.length;
        if (Math.floor(seq / headEvery) > Math.floor(former / headEvery)) void head.keep();
      } catch (cause) {
        tail = undefined;
        const error = auditFailure(cause);
        if (isAllowed) {
          warn(error);
          setLost(lost + batch.length);
        }
        for (const { resolve, reject } of batch) {
          if (isAllowed) resolve();
          else reject(error);
        }
      }
    }
    writing = undefined;
  }

  const tellOfLost = () => ownEvent(now(), { action: "log.repair", reason: "lost", count: lost });

  /** The last chance to tell of them: whoever comes next does not know. */
  async function tellAtEnd(): Promise<void> {
    if (lost === 0) return;
    try {
      await appendEvents(folder, [tellOfLost()], { limits, now });
      setLost(0);
    } catch (error) {
      warn(error);
    }
  }

  function append(entry: AuditEntry): Promise<void> {
    const event = AuditEvent.safeParse(eventOf(entry, now(), redact));
    if (!event.success) {
      return Promise.reject(
        new AppError("audit.failed", { reason: "invalid-entry" }, { cause: event.error }),
      );
    }
    return new Promise((resolve, reject) => {
      waiting.push({ event: event.data, resolve, reject });
      writing ??= writeAll();
    });
  }

  return {
    append,
    list: (page) => reading(() => listEvents(folder, page)),
    entries: (filter) => newestFirst(folder, { filter }),
    verify: () => reading(async () => verifyLog(folder, await head.read())),
    exportTo: (path, { format, filter }) => exportEvents(path, format, newestFirst(folder, { filter })),
    unrecorded: () => lost,
    keepHead: () => head.keep(),
    async [Symbol.asyncDispose]() {
      await writing;
      await head.settled();
      await writing;
      await tellAtEnd();
    },
  };
}

function prepare(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const active = openActive(folder);
    if (active !== undefined) closeSync(active);
    sweepLocks(folder);
  } catch (cause) {
    throw auditFailure(cause);
  }
}

function eventOf(entry: AuditEntry, now: Date, redact: (text: string) => string) {
  const { connectionName, reasonText } = entry;
  return {
    ...entry,
    version: 1,
    occurredAt: now.toISOString(),
    ...(connectionName !== undefined && { connectionName: escapeText(connectionName) }),
    ...(reasonText !== undefined && { reasonText: escapeText(redact(reasonText)) }),
  };
}

async function reading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw new AppError(
      "files.failed",
      { file: activeName, operation: "read", reason: codeOf(cause) },
      { cause },
    );
  }
}

function auditFailure(cause: unknown): AppError {
  return new AppError("audit.failed", { reason: codeOf(cause) }, { cause });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

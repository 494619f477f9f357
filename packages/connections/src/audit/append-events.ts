import { closeSync, ftruncateSync, writeSync } from "node:fs";
import type { AuditEvent } from "@latchkey/api-contracts/audit";
import { withLogLock } from "./log-lock.ts";
import { ownEvent } from "./own-event.ts";
import { encodeRecord, type RecordBody } from "./record.ts";
import { deleteDropped, findDrop } from "./retention.ts";
import { syncData } from "./segment-files.ts";
import { beginSegment, putAside, type Tail, takeUp } from "./take-up.ts";

/** How much of the log is kept. */
export type LogLimits = Readonly<{
  /** Default 10 MiB. The oldest segments go so that the whole log stays within it. */
  maxBytes: number;
  /** Default 365 days. A segment goes when its last entry is older. */
  maxAgeMs: number;
}>;

export const defaultLimits: LogLimits = { maxBytes: 10 * 1024 * 1024, maxAgeMs: 365 * 24 * 3_600_000 };

/** A log is this many segments, by size and by age, so that it shrinks by a tenth at a time. */
const segmentsPerLog = 10;

/**
 * Appends events to the activity log of a folder, which must be there. When this resolves they are on disk, all with
 * one synchronisation. Loads no validator and no library: programs start through it.
 *
 * @param former what the last call gave, so that the end of the log need not be read again
 * @throws Error of the file system, or with the code `busy` or `not-file`; the events then count as not written
 */
export function appendEvents(
  folder: string,
  events: readonly AuditEvent[],
  options: {
    limits?: LogLimits;
    former?: Tail | undefined;
    /** Default false: old segments are looked for only when a further one was closed. */
    dropsOld?: boolean;
    /** Puts an open file on the disk. Default beside the main thread; a program that only waits for it needs no other. */
    sync?: (file: number) => void | Promise<void>;
    now?: () => Date;
  } = {},
): Promise<Tail> {
  const { limits = defaultLimits, former, dropsOld = false } = options;
  const { sync = syncData, now = () => new Date() } = options;
  return withLogLock(folder, async () => {
    const taken = await takeUp(folder, now(), former);
    const writer = new SegmentWriter({ folder, limits, sync, now, file: taken.file, tail: taken.tail });
    try {
      for (const repair of taken.repairs)
        await writer.add({ kind: "event", event: ownEvent(now(), { action: "log.repair", reason: repair }) });
      for (const event of events) await writer.add({ kind: "event", event });
      await writer.flush();
      if (dropsOld || writer.hasRotated) await writer.dropOld();
      return writer.tail;
    } finally {
      writer.close();
    }
  });
}

/** Gathers lines for one write, and goes on in a new segment when one is full or old. */
class SegmentWriter {
  readonly #folder: string;
  readonly #limits: LogLimits;
  readonly #sync: (file: number) => void | Promise<void>;
  readonly #now: () => Date;
  #file: number;
  #lines: string[] = [];
  #bytes = 0;
  #point;
  tail: Tail;
  hasRotated = false;

  constructor(options: {
    folder: string;
    limits: LogLimits;
    sync: (file: number) => void | Promise<void>;
    now: () => Date;
    file: number;
    tail: Tail;
  }) {
    this.#folder = options.folder;
    this.#limits = options.limits;
    this.#sync = options.sync;
    this.#now = options.now;
    this.#file = options.file;
    this.tail = options.tail;
    this.#point = options.tail.point;
  }

  async add(body: RecordBody): Promise<void> {
    let next = encodeRecord(this.#point, body);
    if (this.#isFull(next.line.length + 1)) {
      await this.#rotate();
      next = encodeRecord(this.#point, body);
    }
    this.#take(next);
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const bytes = Buffer.from(this.#lines.join(""), "latin1");
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
      await this.#sync(this.#file);
    } catch (error) {
      this.#takeBack();
      throw error;
    }
    this.tail = { ...this.tail, size: this.tail.size + bytes.length, point: this.#point };
    this.#lines = [];
    this.#bytes = 0;
  }

  /** The next writer does the same with an incomplete line, should this fail too. */
  #takeBack(): void {
    try {
      ftruncateSync(this.#file, this.tail.size);
    } catch {
      // What made the write fail is the error to tell.
    }
  }

  /** Deletes what is too much or too old, once an entry that says so is on disk. */
  async dropOld(): Promise<void> {
    const { maxBytes, maxAgeMs } = this.#limits;
    const now = this.#now();
    const closedBytes = maxBytes - Math.floor(maxBytes / segmentsPerLog);
    const drop = findDrop(this.#folder, { closedBytes, endedBefore: now.getTime() - maxAgeMs });
    if (!drop) return;
    const { dropped, reason, count } = drop;
    this.#take(
      encodeRecord(this.#point, {
        kind: "event",
        event: ownEvent(now, { action: "log.drop", reason, count }),
        dropped,
      }),
    );
    await this.flush();
    deleteDropped(drop);
  }

  close(): void {
    closeSync(this.#file);
  }

  #take({ line, point }: ReturnType<typeof encodeRecord>): void {
    this.#lines.push(`${line}\n`);
    this.#bytes += line.length + 1;
    this.#point = point;
  }

  #isFull(more: number): boolean {
    const { maxBytes, maxAgeMs } = this.#limits;
    const ageMs = this.#now().getTime() - Date.parse(this.tail.startedAt);
    const bytes = this.tail.size + this.#bytes;
    return bytes + more > maxBytes / segmentsPerLog || ageMs > maxAgeMs / segmentsPerLog;
  }

  async #rotate(): Promise<void> {
    this.#take(encodeRecord(this.#point, { kind: "seal", closedAt: this.#now().toISOString() }));
    await this.flush();
    await putAside(this.#folder, this.tail.segment);
    await beginSegment(this.#folder, this.#now());
    const taken = await takeUp(this.#folder, this.#now(), undefined);
    // Until there is another one: a descriptor that is closed twice may be somebody else's by then.
    closeSync(this.#file);
    this.#file = taken.file;
    this.tail = taken.tail;
    this.#point = taken.tail.point;
    this.hasRotated = true;
  }
}

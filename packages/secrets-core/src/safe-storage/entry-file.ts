import { setImmediate as afterNow } from "node:timers/promises";
import { AppError } from "@latchkey/api-contracts/errors";
import { durableWrite } from "../files/durable-write.ts";
import {
  appendVerified,
  blankLine,
  markOf,
  noFile,
  readLines,
  type Stretch,
  syncFile,
} from "../files/line-file.ts";
import { createQueue, shareRuns } from "../queue.ts";
import type { Removal } from "../secret-backend.ts";

/** A file of entries, a line each. Writes run under the store's lock; reads need none. */
export type EntryFile = {
  /** The line of each version, in the order asked. @throws `files.unsafe`, `files.failed` */
  read(versions: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** Adds a line, on the disk after the return; another of its version is overwritten. @throws as `read` */
  add(version: string, line: string): Promise<void>;
  /** Overwrites a line, so that a removed value does not stay in the file. @throws as `read` */
  erase(version: string): Promise<Removal>;
  /** Waits until the disk has what was erased, or failed. */
  settle(): Promise<void>;
};

type Place = Readonly<{ at: number; line: string }>;

type Known = {
  mark: string;
  end: number;
  places: Map<string, Place>;
  /** What erased lines take. **Units** bytes. */
  emptyBytes: number;
};

/** From when on erased lines are worth a new file. **Units** bytes. */
const minEmptyBytes = 65_536;

/** `versionOf` finds the version in a line, and `undefined` in a damaged one. */
export function openEntryFile(path: string, versionOf: (line: string) => string | undefined): EntryFile {
  let known: Known | undefined;
  /** After a failed write nobody knows what the disk has. */
  let isDoubtful = false;
  const inTurn = createQueue();
  let last = Promise.resolve();
  const sync = shareRuns(async () => {
    // A change that does not wait for it ends first: the disk takes one thing after the other.
    await afterNow();
    if (markOf(path) !== noFile) await syncFile(path).catch(failed);
  });

  async function load(): Promise<Known> {
    const mark = markOf(path);
    if (known?.mark === mark) return known;
    const file = await readLines(path);
    known = { mark: file?.mark ?? mark, end: file?.end ?? 0, places: new Map(), emptyBytes: 0 };
    let at = 0;
    for (const line of file?.lines ?? []) {
      const bytes = Buffer.byteLength(line) + 1;
      const version = versionOf(line);
      if (version === undefined) known.emptyBytes += bytes;
      else known.places.set(version, { at, line });
      at += bytes;
    }
    return known;
  }

  /** Writes the file anew from what it has now: another process may have added to it since it was seen. */
  async function rewrite({
    without,
    more = [],
  }: {
    without?: string;
    more?: readonly string[];
  }): Promise<void> {
    // The clock of a file may be too coarse to tell a line that was overwritten just now.
    known = undefined;
    const { places } = await load();
    const kept = [...places].flatMap(([version, { line }]) => (version === without ? [] : [line]));
    known = undefined;
    await durableWrite(path, [...kept, ...more].map((line) => `${line}\n`).join(""));
  }

  async function append(current: Known, version: string, line: string): Promise<void> {
    const former = current.places.get(version);
    const { written, ...after } = await appendVerified(path, line, current, former && stretchOf(former));
    // What is kept is what the file says.
    current.places.set(version, { at: current.end, line: written });
    known = { ...current, ...after };
  }

  async function add(current: Known, version: string, line: string): Promise<void> {
    if (!isDoubtful && current.end > 0) return append(current, version, line);
    await rewrite({ without: version, more: [line] });
  }

  async function erase(current: Known, version: string): Promise<void> {
    const place = current.places.get(version);
    const stretch = place && stretchOf(place);
    const emptyBytes = current.emptyBytes + (stretch ? stretch.bytes + 1 : 0);
    const isMostlyEmpty = emptyBytes > minEmptyBytes && emptyBytes > current.end / 2;
    if (isDoubtful || (stretch && isMostlyEmpty)) {
      await rewrite({ without: version });
      isDoubtful = false;
    } else if (stretch) {
      const after = await blankLine(path, stretch, current);
      current.places.delete(version);
      known = { ...current, ...after, emptyBytes };
    }
  }

  function failed(error: unknown): never {
    isDoubtful = true;
    throw error;
  }

  /** Tries with what is known, and looks again when another process has changed the file since. */
  async function withCurrent(change: (current: Known) => Promise<void>): Promise<void> {
    try {
      await change(known ?? (await load()));
    } catch (error) {
      const isChanged = error instanceof AppError && error.details.reason === "changed";
      known = undefined;
      if (!isChanged) throw error;
      await change(await load());
    }
  }

  return {
    async read(versions) {
      const { places } = await load();
      return versions.map((version) => places.get(version)?.line);
    },
    async add(version, line) {
      await inTurn(() => withCurrent((current) => add(current, version, line))).catch(failed);
      isDoubtful = false;
    },
    async erase(version) {
      await inTurn(() => withCurrent((current) => erase(current, version))).catch(failed);
      const settled = sync();
      // Not everyone waits for it, and whoever does is told.
      last = settled.catch(() => undefined);
      return { settled };
    },
    settle: () => last,
  };
}

function stretchOf({ at, line }: Place): Stretch {
  return { at, bytes: Buffer.byteLength(line) };
}

import { setImmediate as afterNow } from "node:timers/promises";
import { durableWrite, removeTemporaries } from "../files/durable-write.ts";
import {
  appendVerified,
  blankLine,
  markOf,
  noFile,
  type PlacedLine,
  readLines,
  type Stretch,
  syncFile,
} from "../files/line-file.ts";
import { createQueue, shareRuns } from "../queue.ts";
import type { Removal } from "../secret-backend.ts";

/** A line to be added. */
type NewLine = Readonly<{ version: string; line: string }>;

/** A file of entries, a line each. Writes run under the store's lock; reads need none. */
export type EntryFile = {
  /** The line of each version, in the order asked. @throws `files.unsafe`, `files.failed` */
  read(versions: readonly string[]): Promise<readonly (string | undefined)[]>;
  /**
   * Adds lines, on the disk after the return with one wait for it; others of their versions are overwritten. A crash
   * before may leave any of them. @throws as `read`
   */
  add(lines: readonly NewLine[]): Promise<void>;
  /** Overwrites a line, so that a removed value does not stay in the file. @throws as `read` */
  erase(version: string): Promise<Removal>;
  /** Waits until the disk has what was erased, or failed. */
  settle(): Promise<void>;
};

type Known = {
  mark: string;
  end: number;
  places: Map<string, PlacedLine>;
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
  let isTidy = false;
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
  async function rewrite(without: readonly string[], more: readonly string[] = []): Promise<void> {
    // The clock of a file may be too coarse to tell a line that was overwritten just now.
    known = undefined;
    const { places } = await load();
    const kept = [...places].flatMap(([version, { line }]) => (without.includes(version) ? [] : [line]));
    known = undefined;
    await durableWrite(path, [...kept, ...more].map((line) => `${line}\n`).join(""));
    isDoubtful = false;
  }

  /** Runs a change in turn; the first one takes away what a killed process left. */
  async function change(make: () => Promise<void>): Promise<void> {
    await inTurn(async () => {
      if (!isTidy) await removeTemporaries(path);
      isTidy = true;
      await make();
    }).catch(failed);
  }

  async function add(added: readonly NewLine[]): Promise<void> {
    const current = await load();
    const lines = added.map(({ line }) => line);
    const versions = added.map(({ version }) => version);
    if (isDoubtful || current.end === 0) return rewrite(versions, lines);
    const former = versions.flatMap((version) => stretchOf(current.places.get(version)) ?? []);
    const { written, ...after } = await appendVerified(path, lines, current, former);
    // What is kept is what the file says.
    for (const [i, place] of written.entries()) current.places.set(versions[i] ?? "", place);
    known = { ...current, ...after };
  }

  async function erase(version: string): Promise<void> {
    const current = await load();
    const stretch = stretchOf(current.places.get(version));
    if (isDoubtful) return rewrite([version]);
    if (!stretch) return;
    const emptyBytes = current.emptyBytes + stretch.bytes + 1;
    if (emptyBytes > minEmptyBytes && emptyBytes > current.end / 2) return rewrite([version]);
    const after = await blankLine(path, stretch, current);
    current.places.delete(version);
    known = { ...current, ...after, emptyBytes };
  }

  function failed(error: unknown): never {
    isDoubtful = true;
    known = undefined;
    throw error;
  }

  return {
    async read(versions) {
      const { places } = await load();
      return versions.map((version) => places.get(version)?.line);
    },
    add: (lines) => change(() => add(lines)),
    async erase(version) {
      await change(() => erase(version));
      const settled = sync();
      // Not everyone waits for it, and whoever does is told.
      last = settled.catch(() => undefined);
      return { settled };
    },
    settle: () => last,
  };
}

function stretchOf(place: PlacedLine | undefined): Stretch | undefined {
  return place && { at: place.at, bytes: Buffer.byteLength(place.line) };
}

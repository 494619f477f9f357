import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { newVersion } from "./entry-version.ts";
import { durableWrite } from "./files/durable-write.ts";
import { appendLine, markOf, noFile, readLines } from "./files/line-file.ts";
import { keepTwin } from "./files/twin-file.ts";
import { dropLeftovers, emptyIndex, type Index, withoutReserved } from "./index-document.ts";
import { patchBetween } from "./index-patch.ts";
import { documentLine, parseIndexLines, startOf } from "./index-text.ts";

const fileName = "secrets-index.json";

/** How much the lines of changes may take beside the document. **Units** bytes. */
const minCompactBytes = 65_536;

/** The index on disk, with its copy beside it. */
export type IndexFile = {
  /**
   * The newest readable index. The copy in memory is used while the file has not changed.
   *
   * @throws `files.corrupt` when neither the file nor its copy is an index: never an empty one in their place
   */
  read(): Promise<Index>;
  /** Whether what was read last is the copy, because the file itself is gone or damaged. */
  isCopy(): boolean;
  /** Brings the file to this index. Runs under the store's lock, after a read. @throws `files.failed` */
  write(index: Index): Promise<void>;
  /** Drops leftovers whose entries are gone, in memory; on the disk they go with the next change. */
  forget(versions: readonly string[]): void;
  /** Waits until the copy is up to date; changes do not wait for it. */
  settle(): Promise<void>;
};

/** What the file itself says, as far as changes can be added to it. */
type OnDisk = Readonly<{ index: Index; id: string; end: number }>;

type Known = Readonly<{
  mark: string;
  index: Index;
  /** `undefined` when the file must be written whole. */
  onDisk: OnDisk | undefined;
  isCopy: boolean;
}>;

/**
 * The index is a document in one line and a line for each change after it, so that a change costs one short write
 * however many secrets there are. It is written whole when the changes outgrow the document.
 */
export function openIndexFile(folder: string): IndexFile {
  const path = join(folder, fileName);
  let known: Known | undefined;
  /** After a failed write nobody knows what the disk has. */
  let isDoubtful = false;
  let maxBytes = 0;
  const twin = keepTwin(path, `${path}.previous`);

  async function writeWhole(index: Index): Promise<Known> {
    const id = newVersion();
    const line = documentLine(index, id);
    const end = Buffer.byteLength(line) + 1;
    await durableWrite(path, `${line}\n`);
    twin.renew();
    maxBytes = Math.max(minCompactBytes, 3 * end);
    return { mark: markOf(path), index, onDisk: { index, id, end }, isCopy: false };
  }

  async function writeChange({ mark, onDisk }: Known, index: Index): Promise<Known> {
    const patch = onDisk && patchBetween(onDisk.index, index);
    // Without a patch there is nothing new, and the disk is to be made sure of.
    if (!patch || onDisk.end > maxBytes) return writeWhole(index);
    const line = JSON.stringify(patch);
    const after = await appendLine(path, line, { mark, end: onDisk.end });
    twin.add(`${line}\n`, { from: onDisk.end, start: startOf(onDisk.id) });
    return { mark: after.mark, index, onDisk: { ...onDisk, index, end: after.end }, isCopy: false };
  }

  return {
    async read() {
      const mark = markOf(path);
      if (known?.mark === mark) return known.index;
      const { documentBytes, ...found } = await readEither(path, twin.path);
      maxBytes = Math.max(minCompactBytes, 3 * documentBytes);
      known = isDoubtful ? { ...found, onDisk: undefined } : found;
      return known.index;
    },
    isCopy: () => known?.isCopy ?? false,
    async write(index) {
      const before = known;
      known = undefined;
      isDoubtful = true;
      known = await (before ? writeChange(before, index) : writeWhole(index));
      isDoubtful = false;
    },
    forget(versions) {
      if (known && versions.length > 0) known = { ...known, index: dropLeftovers(known.index, versions) };
    },
    settle: () => twin.settle(),
  };
}

async function readEither(path: string, copy: string): Promise<Known & { documentBytes: number }> {
  const file = await readLines(path);
  const own = file && parseIndexLines(file);
  if (file && own) {
    const { index, id, end, documentBytes } = own;
    const onDisk = id === undefined ? undefined : { index, id, end };
    return { mark: file.mark, index, onDisk, isCopy: false, documentBytes };
  }
  const twin = await readLines(copy);
  const mark = file?.mark ?? noFile;
  if (!file && !twin) return { mark, index: emptyIndex, onDisk: undefined, isCopy: false, documentBytes: 0 };
  const former = twin && parseIndexLines(twin);
  // An older copy may have as reserved what the lost index had in force.
  const copied = former && withoutReserved(former.index, former.index.reserved ?? []);
  if (copied) return { mark, index: copied, onDisk: undefined, isCopy: true, documentBytes: 0 };
  throw new AppError("files.corrupt", { file: fileName });
}

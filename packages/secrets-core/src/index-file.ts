import { stat } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { durableWrite } from "./files/durable-write.ts";
import { readOwnFile } from "./files/safe-file.ts";
import { emptyIndex, IndexDocument } from "./index-document.ts";
import { stepForward } from "./index-steps.ts";

const fileName = "secrets-index.json";

/** The index on disk, with the copy before the last change beside it. */
export type IndexFile = {
  /**
   * The newest readable index. The copy in memory is used while the file has not changed.
   *
   * @throws `files.corrupt` when neither the file nor its previous copy is an index: never an empty one in their place
   */
  read(): Promise<IndexDocument>;
  /** Whether what was read last is the previous copy, because the file itself is gone or damaged. */
  isCopy(): boolean;
  write(index: IndexDocument): Promise<void>;
  /** Keeps a tidied index in memory, to go to disk with the next change. */
  writeLater(index: IndexDocument): void;
};

export function openIndexFile(folder: string): IndexFile {
  const path = join(folder, fileName);
  const previous = `${path}.previous`;
  let known: { mark: string; index: IndexDocument; isSound: boolean; isCopy: boolean } | undefined;

  return {
    async read() {
      const mark = await markOf(path);
      if (known?.mark === mark) return known.index;
      known = { mark, ...(await readEither(path, previous)) };
      return known.index;
    },
    isCopy: () => known?.isCopy ?? false,
    async write(index) {
      // A damaged file must not take the place of the good previous copy.
      const isSound = known?.isSound ?? parse(await readOwnFile(path)) !== undefined;
      known = undefined;
      await durableWrite(path, `${JSON.stringify(index)}\n`, isSound ? { previous } : {});
      known = { mark: await markOf(path), index, isSound: true, isCopy: false };
    },
    writeLater(index) {
      if (known) known = { ...known, index };
    },
  };
}

/** `isSound` tells that the file itself was good, or that there is none. */
async function readEither(
  path: string,
  previous: string,
): Promise<{ index: IndexDocument; isSound: boolean; isCopy: boolean }> {
  const text = await readOwnFile(path);
  const index = parse(text);
  if (index) return { index, isSound: true, isCopy: false };
  const formerText = await readOwnFile(previous);
  if (text === undefined && formerText === undefined)
    return { index: emptyIndex, isSound: true, isCopy: false };
  const former = parse(formerText);
  if (former) return { index: former, isSound: false, isCopy: true };
  throw new AppError("files.corrupt", { file: fileName });
}

function parse(text: string | undefined): IndexDocument | undefined {
  if (text === undefined) return undefined;
  try {
    return IndexDocument.safeParse(stepForward(JSON.parse(text))).data;
  } catch {
    return undefined;
  }
}

/** Changes whenever the file is replaced, by whichever process. */
async function markOf(path: string): Promise<string> {
  try {
    const { ino, mtimeNs, size } = await stat(path, { bigint: true });
    return `${ino}:${mtimeNs}:${size}`;
  } catch {
    return "none";
  }
}

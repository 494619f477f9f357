import { basename } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { durableWrite } from "./durable-write.ts";
import { markOf } from "./line-file.ts";
import { readOwnFile } from "./safe-file.ts";

export type JsonDocumentOptions<T> = {
  path: string;
  /** Gives the document of parsed JSON, after steps from earlier versions; `undefined` for anything else. */
  parse: (json: unknown) => T | undefined;
  /** What stands for a file that is not there. */
  empty: T;
  /** Default true: the copy before the last change stays beside it as `<path>.previous`. */
  keepsPrevious?: boolean;
  /** Default false: whether it is written for people to read. */
  isIndented?: boolean;
};

/** One document on disk, with the copy before its last change beside it. */
export type JsonDocument<T> = {
  /**
   * The newest readable document. The copy in memory is used while the file has not changed.
   *
   * @throws `files.corrupt` when neither the file nor its previous copy is one: never an empty one in their place
   */
  read(): Promise<T>;
  /** Whether what was read last is the previous copy, because the file itself is gone or damaged. */
  isCopy(): boolean;
  /** @throws `files.unsafe`, `files.failed` */
  write(document: T): Promise<void>;
};

/** Opens a document that is replaced as a whole. Whoever writes holds a lock of its own. */
export function openJsonDocument<T>(options: JsonDocumentOptions<T>): JsonDocument<T> {
  const { path, empty, keepsPrevious = true, isIndented = false } = options;
  const previous = keepsPrevious ? `${path}.previous` : undefined;
  let known: { mark: string; document: T; isSound: boolean; isCopy: boolean } | undefined;

  function parse(text: string | undefined): T | undefined {
    if (text === undefined) return undefined;
    try {
      return options.parse(JSON.parse(text));
    } catch {
      return undefined;
    }
  }

  /** `isSound` tells that the file itself was good, or that there is none. */
  async function readEither(): Promise<{ document: T; isSound: boolean; isCopy: boolean }> {
    const text = await readOwnFile(path);
    const document = parse(text);
    if (document !== undefined) return { document, isSound: true, isCopy: false };
    const formerText = previous && (await readOwnFile(previous));
    if (text === undefined && formerText === undefined)
      return { document: empty, isSound: true, isCopy: false };
    const former = parse(formerText);
    if (former !== undefined) return { document: former, isSound: false, isCopy: true };
    throw new AppError("files.corrupt", { file: basename(path) });
  }

  return {
    async read() {
      const mark = markOf(path);
      if (known?.mark === mark) return known.document;
      known = { mark, ...(await readEither()) };
      return known.document;
    },
    isCopy: () => known?.isCopy ?? false,
    async write(document) {
      // A damaged file must not take the place of the good previous copy.
      const isSound = known?.isSound ?? parse(await readOwnFile(path)) !== undefined;
      known = undefined;
      const text = JSON.stringify(document, null, isIndented ? 2 : undefined);
      await durableWrite(path, `${text}\n`, isSound && previous ? { previous } : {});
      known = { mark: markOf(path), document, isSound: true, isCopy: false };
    },
  };
}

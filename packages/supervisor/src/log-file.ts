import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

const MEGABYTE = 2 ** 20;
/** Where a system has no `O_NOFOLLOW`, the bits of nothing take its place. */
const FLAGS = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW;

/** Where the lines of a server process are kept. Writing never waits, and never keeps the server waiting. */
export type LogFile = {
  write: (line: string) => void;
  /** Resolves when what was written before is in the file. Never rejects. */
  [Symbol.asyncDispose]: () => Promise<void>;
};

/**
 * Opens `<name>` in a folder of the person alone, with `keep` older files `<name>.1` and so on beside it, each of at
 * most `maxBytes`. When the disk is slower than the server, lines beyond `maxQueuedBytes` are left out, and a line
 * says how many. A file that cannot be written loses lines; it stops nothing.
 *
 * **Units** bytes; lines must be redacted already.
 */
export function openLogFile(options: {
  folder: string;
  name: string;
  maxBytes?: number;
  keep?: number;
  maxQueuedBytes?: number;
}): LogFile {
  const { folder, name, maxBytes = 5 * MEGABYTE, keep = 4, maxQueuedBytes = MEGABYTE } = options;
  const path = join(folder, name);
  let queue: string[] = [];
  let queuedBytes = 0;
  let leftOut = 0;
  let file: FileHandle | undefined;
  let size = 0;
  let writing = Promise.resolve();
  let isWriting = false;

  async function openFile(): Promise<FileHandle> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const opened = await open(path, FLAGS, 0o600);
    size = (await opened.stat()).size;
    return opened;
  }
  async function rotate(): Promise<void> {
    await file?.close();
    file = undefined;
    await rm(`${path}.${keep}`, { force: true });
    for (let age = keep - 1; age >= 0; age -= 1) {
      await rename(age === 0 ? path : `${path}.${age}`, `${path}.${age + 1}`).catch(() => undefined);
    }
  }
  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const note = leftOut > 0 ? [`[lines left out, because the disk was too slow: ${leftOut}]\n`] : [];
      const text = [...queue, ...note].join("");
      [queue, queuedBytes, leftOut] = [[], 0, 0];
      try {
        file ??= await openFile();
        if (size > 0 && size + Buffer.byteLength(text) > maxBytes) {
          await rotate();
          file = await openFile();
        }
        await file.appendFile(text);
        size += Buffer.byteLength(text);
      } catch {
        await file?.close().catch(() => undefined);
        file = undefined;
      }
    }
  }
  return {
    write(line) {
      const bytes = Buffer.byteLength(line) + 1;
      if (queuedBytes + bytes > maxQueuedBytes) {
        leftOut += 1;
        return;
      }
      queue.push(`${line}\n`);
      queuedBytes += bytes;
      if (isWriting) return;
      isWriting = true;
      writing = drain().finally(() => (isWriting = false));
    },
    async [Symbol.asyncDispose]() {
      await writing;
      await file?.close().catch(() => undefined);
      file = undefined;
    },
  };
}

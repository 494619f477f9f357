import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { setImmediate as afterNow } from "node:timers/promises";
import { createQueue } from "../queue.ts";
import { temporaryPath } from "./durable-write.ts";
import { writeAll } from "./line-file.ts";

/** The copy of a file of lines, for a file that was damaged or deleted. */
export type TwinFile = {
  path: string;
  /** Adds what was added to the file at `from`. `start` is how the file begins: a copy that begins otherwise is old. */
  add(text: string, place: Readonly<{ from: number; start: string }>): void;
  /** Copies the whole file. */
  renew(): void;
  settle(): Promise<void>;
};

/**
 * Keeps a copy of a file up to date, behind the back of its writer and not synchronised: it need not outlive a power
 * cut. A copy that fell behind is found by its size and made anew.
 */
export function keepTwin(original: string, path: string): TwinFile {
  const inTurn = createQueue();
  let last: Promise<unknown> = Promise.resolve();
  const later = (task: () => Promise<void>) => {
    // Whoever waits for the change goes on before. The next line finds a copy that could not be written.
    last = inTurn(() => afterNow().then(task)).catch(() => undefined);
  };
  return {
    path,
    add: (text, place) =>
      later(async () => (addText(path, text, place) ? undefined : copyWhole(original, path))),
    renew: () => later(() => copyWhole(original, path)),
    settle: async () => void (await last),
  };
}

function addText(
  path: string,
  text: string,
  { from, start }: Readonly<{ from: number; start: string }>,
): boolean {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: number | undefined;
  try {
    file = openSync(path, O_RDWR | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0));
    if (fstatSync(file).size !== from) return false;
    const begin = Buffer.alloc(start.length);
    readSync(file, begin, 0, start.length, 0);
    if (begin.toString() !== start) return false;
    writeAll(file, Buffer.from(text), from);
    return true;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

async function copyWhole(original: string, path: string): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await copyFile(original, temporary, constants.COPYFILE_EXCL);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

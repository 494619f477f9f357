import { constants } from "node:fs";
import { copyFile, open, rename, rm } from "node:fs/promises";
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
    // The next line finds a copy that could not be written.
    last = inTurn(task).catch(() => undefined);
  };
  return {
    path,
    add: (text, place) =>
      later(async () => ((await addText(path, text, place)) ? undefined : copyWhole(original, path))),
    renew: () => later(() => copyWhole(original, path)),
    settle: async () => void (await last),
  };
}

async function addText(
  path: string,
  text: string,
  { from, start }: Readonly<{ from: number; start: string }>,
): Promise<boolean> {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(path, O_RDWR | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0)).catch(() => undefined);
  if (!file) return false;
  try {
    if ((await file.stat()).size !== from) return false;
    const { buffer } = await file.read(Buffer.alloc(start.length), 0, start.length, 0);
    if (buffer.toString() !== start) return false;
    await writeAll(file, Buffer.from(text), from);
    return true;
  } finally {
    await file.close();
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

import { mkdirSync, rmdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "@latchkey/api-contracts/errors";
import { lock } from "proper-lockfile";
import { fileFailed, systemCode } from "./file-error.ts";

/** How old a lock may be before its owner counts as gone; a living owner renews it every second. */
const staleMs = 4_000;

/** How long a change waits for its turn: a little longer than a lock whose owner was killed stays fresh. */
const waitMs = 4_700;

type Done = (error: unknown, result?: unknown) => void;

/** The file calls of a lock are made at once: the hop to another thread and back costs more than each. */
const shortCalls = {
  mkdir: (path: string, done: Done) => answer(() => mkdirSync(path), done),
  rmdir: (path: string, done: Done) => answer(() => rmdirSync(path), done),
  stat: (path: string, done: Done) => answer(() => statSync(path), done),
  utimes: (path: string, atime: Date, mtime: Date, done: Done) =>
    answer(() => utimesSync(path, atime, mtime), done),
  rmdirSync,
};

function answer(call: () => unknown, done: Done): void {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    done(error);
    return;
  }
  done(null, result);
}

/** Tells the holder of the lock whether it still has it. */
export type LockHold = {
  /** @throws `secrets.busy` when the lock was lost, to a pause of this process for example */
  assertHeld(): void;
};

/**
 * Runs alone among all processes that use the folder.
 *
 * @param name which of the folder's locks; whoever takes more than one takes `secrets` last
 * @throws `secrets.busy` when another process holds the lock for almost 5 s
 */
export async function withStoreLock<T>(
  folder: string,
  run: (hold: LockHold) => Promise<T>,
  name = "secrets",
): Promise<T> {
  let isLost = false;
  const release = await acquire(join(folder, name), () => {
    isLost = true;
  });
  try {
    return await run({
      assertHeld() {
        if (isLost) throw new AppError("secrets.busy");
      },
    });
  } finally {
    // A lost lock belongs to someone else by now.
    await release().catch(() => undefined);
  }
}

async function acquire(subject: string, onCompromised: () => void): Promise<() => Promise<void>> {
  const path = `${subject}.lock`;
  const endsAt = performance.now() + waitMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 1.3, 120)) {
    try {
      return await lock(subject, {
        fs: shortCalls,
        lockfilePath: path,
        realpath: false,
        stale: staleMs,
        update: 1_000,
        onCompromised,
      });
    } catch (error) {
      // The library would try again whatever the error, also where nothing can be written at all.
      if (systemCode(error) !== "ELOCKED") throw fileFailed(path, "written", error);
      if (performance.now() > endsAt) throw new AppError("secrets.busy");
      await pause(pauseMs * (1 + Math.random()));
    }
  }
}

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

/** When a lock was renewed last, by the clock of its file system: whoever takes it over leaves another time on it. */
type Renewal = { atMs: number };

/** The locks of this process, by path. */
const renewals = new Map<string, Renewal>();

/** The file calls of a lock are made at once: the hop to another thread and back costs more than each. */
const shortCalls = {
  mkdir: (path: string, done: Done) =>
    answer(() => {
      mkdirSync(path);
      renewals.delete(path);
    }, done),
  rmdir: (path: string, done: Done) => answer(() => rmdirSync(path), done),
  stat: (path: string, done: Done) => answer(() => statSync(path), done),
  utimes: (path: string, atime: Date, mtime: Date, done: Done) =>
    answer(() => {
      utimesSync(path, atime, mtime);
      const renewal = renewals.get(path);
      if (renewal) renewal.atMs = mtime.getTime();
    }, done),
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
  /**
   * To be called right before each write, because whatever was read before may be another's by now.
   *
   * @throws `secrets.busy` when the lock was lost, to a sleep of this machine for example
   */
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
  const path = join(folder, `${name}.lock`);
  const release = await acquire(path);
  const renewal = { atMs: timeOf(path) ?? 0 };
  renewals.set(path, renewal);
  const isOwn = () => renewals.get(path) === renewal && renewal.atMs === timeOf(path);
  try {
    return await run({
      assertHeld() {
        // One that is old may be taken over at any moment.
        if (!isOwn() || Date.now() - renewal.atMs >= staleMs) throw new AppError("secrets.busy");
      },
    });
  } finally {
    // A lost lock belongs to someone else by now.
    if (isOwn()) await release().catch(() => undefined);
  }
}

function timeOf(path: string): number | undefined {
  try {
    return statSync(path).mtime.getTime();
  } catch {
    return undefined;
  }
}

async function acquire(path: string): Promise<() => Promise<void>> {
  const endsAt = performance.now() + waitMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 1.3, 120)) {
    try {
      return await lock(path, {
        fs: shortCalls,
        lockfilePath: path,
        realpath: false,
        stale: staleMs,
        update: 1_000,
        // The holder looks for itself, when it matters.
        onCompromised: () => undefined,
      });
    } catch (error) {
      // The library would try again whatever the error, also where nothing can be written at all.
      if (systemCode(error) !== "ELOCKED") throw fileFailed(path, "written", error);
      if (performance.now() > endsAt) throw new AppError("secrets.busy");
      await pause(pauseMs * (1 + Math.random()));
    }
  }
}

import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { failure, hasCode } from "./segment-files.ts";

/** How long an append waits for its turn; each turn is one write to the disk. */
const waitMs = 5_000;
/** Where it cannot be seen whether the owner lives, its lock counts for this long. */
const staleMs = 30_000;

const lockName = ".activity-lock";
const waitingForm = /^\.activity-lock\.(\d+-\d+-\d+-[0-9a-f]+)$/;
/** What a rename onto a folder that is not empty ends with, on the several systems. */
const takenCodes = ["ENOTEMPTY", "EEXIST", "EPERM", "EACCES", "EBUSY"];

/**
 * Runs alone among all processes that append to the log of this folder.
 *
 * The lock is a folder with its owner's name in it. It comes by a rename, which fails while an owner is in it, and the
 * name of a dead owner is taken out by that name, so that nobody can take out the name of a living one. The kernel
 * tells who is dead, so a killed process holds up nobody.
 *
 * @throws Error with the code `busy`, or of the file system
 */
export async function withLogLock<T>(folder: string, run: () => Promise<T>): Promise<T> {
  const lock = join(folder, lockName);
  const owner = `${self()}-${randomBytes(6).toString("hex")}`;
  const waiting = `${lock}.${owner}`;
  mkdirSync(waiting, { mode: 0o700 });
  try {
    writeFileSync(join(waiting, owner), "", { flag: "wx", mode: 0o600 });
    if (!tryToAcquire(waiting, lock)) await acquire(waiting, lock);
  } catch (error) {
    orNothing(() => rmSync(waiting, { recursive: true, force: true }));
    throw error;
  }
  try {
    return await run();
  } finally {
    orNothing(() => rmSync(join(lock, owner), { force: true }));
    orNothing(() => rmdirSync(lock));
  }
}

async function acquire(waiting: string, lock: string): Promise<void> {
  const endsAt = performance.now() + waitMs;
  for (let pauseMs = 1; !tryToAcquire(waiting, lock); pauseMs = Math.min(pauseMs * 1.5, 40)) {
    if (freeFromDead(lock)) continue;
    if (performance.now() > endsAt) throw failure("busy");
    const waitedMs = pauseMs * (0.5 + Math.random());
    await new Promise((resolve) => setTimeout(resolve, waitedMs));
  }
}

/** False while another one has the lock. */
function tryToAcquire(waiting: string, lock: string): boolean {
  try {
    renameSync(waiting, lock);
    return true;
  } catch (error) {
    if (takenCodes.some((code) => hasCode(error, code))) return false;
    throw error;
  }
}

/** What another process may have done, or be doing, in the same moment. */
function orNothing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

/** Takes out the owner that is gone; whether the lock may be free now. */
function freeFromDead(lock: string): boolean {
  const owners = orNothing(() => readdirSync(lock));
  if (!owners) return false;
  const ageMs = ageMsOf(lock);
  const dead = owners.filter((owner) => isGone(owner, ageMs));
  for (const owner of dead) rmSync(join(lock, owner), { force: true });
  // Some systems rename onto nothing but a free name.
  if (dead.length === owners.length) orNothing(() => rmdirSync(lock));
  return dead.length > 0;
}

function ageMsOf(path: string): number {
  const now = Date.now();
  return now - (orNothing(() => statSync(path).mtimeMs) ?? now);
}

/** Takes away what processes left that were killed while they waited for the lock. */
export function sweepLocks(folder: string): void {
  for (const name of orNothing(() => readdirSync(folder)) ?? []) {
    const [, owner] = waitingForm.exec(name) ?? [];
    if (owner === undefined) continue;
    const path = join(folder, name);
    if (isGone(owner, ageMsOf(path))) orNothing(() => rmSync(path, { recursive: true, force: true }));
  }
}

/** Process id, when it started and the namespace it counts in: together they name one process. */
function self(): string {
  return `${process.pid}-${processState(process.pid)?.startedAt ?? 0}-${namespace()}`;
}

function namespace(): string {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? "0";
  } catch {
    return "0";
  }
}

function processState(pid: number): { startedAt: string; isEnded: boolean } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The program's own name comes before these fields, and may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { startedAt: fields[19] ?? "0", isEnded: fields[0] === "Z" || fields[0] === "X" };
  } catch {
    return undefined;
  }
}

function isGone(owner: string, ageMs: number): boolean {
  const [pid = "", startedAt = "0", space = "0"] = owner.split("-");
  if (startedAt !== "0" && space === namespace()) {
    const state = processState(Number(pid));
    return !state || state.isEnded || state.startedAt !== startedAt;
  }
  if (ageMs > staleMs) return true;
  if (startedAt !== "0") return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return hasCode(error, "ESRCH");
  }
}

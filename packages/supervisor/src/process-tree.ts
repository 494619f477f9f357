import { readdirSync, readFileSync } from "node:fs";

/** One process for certain: a process id is used again, but not with the same start time. */
export type ProcessIdentity = { pid: number; startTime: string };

type ProcessStat = ProcessIdentity & { parentPid: number; sessionId: number; state: string };

/**
 * Reads `/proc/<pid>/stat`; undefined when there is no such process.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function readStat(pid: number): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name before the last ")" may hold spaces and brackets of its own.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state, parentPid, , sessionId] = fields;
    const startTime = fields[19];
    if (state === undefined || startTime === undefined) return undefined;
    return { pid, startTime, parentPid: Number(parentPid), sessionId: Number(sessionId), state };
  } catch {
    return undefined;
  }
}

function readAll(): ProcessStat[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => readStat(Number(pid))).filter((stat) => stat !== undefined);
}

/** The identity of a running process; undefined when there is none, and on systems without `/proc`. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat && { pid, startTime: stat.startTime };
}

/**
 * The processes that these started, directly or not, and those in a session which one of them leads. Without
 * themselves, parents before children. Linux only; elsewhere empty.
 */
export function findDescendants(roots: readonly ProcessIdentity[]): ProcessIdentity[] {
  if (process.platform !== "linux") return [];
  const all = readAll();
  const startTimes = new Map(all.map(({ pid, startTime }) => [pid, startTime]));
  // An id that someone else has now is left out; while a session of ours still bears it, nobody else can have it.
  const ours = roots.filter(({ pid, startTime }) => (startTimes.get(pid) ?? startTime) === startTime);
  const found = new Set(ours.map(({ pid }) => pid));
  const descendants: ProcessIdentity[] = [];
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { pid, startTime, parentPid, sessionId } of all) {
      if (found.has(pid) || !(found.has(parentPid) || found.has(sessionId))) continue;
      found.add(pid);
      descendants.push({ pid, startTime });
    }
  }
  return descendants;
}

/** Whether that very process still runs; one that has ended and waits to be reaped does not. */
export function isRunning({ pid, startTime }: ProcessIdentity): boolean {
  const stat = readStat(pid);
  return stat?.startTime === startTime && stat.state !== "Z" && stat.state !== "X";
}

/** Whether a signal or a debugger has stopped the process for the time being. */
export function isPaused(pid: number): boolean {
  const state = readStat(pid)?.state;
  return state === "T" || state === "t";
}

/** Signals that very process. Without effect when it has ended, also when its id is in use again. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}

/**
 * Kills a process and all its descendants. They are frozen before they are killed, so that none starts another
 * while the others go. Linux only.
 *
 * @param known descendants that were found earlier, whose parents may be gone by now
 */
export function killTree(root: ProcessIdentity, known: readonly ProcessIdentity[] = []): void {
  const frozen: ProcessIdentity[] = [];
  let fresh: readonly ProcessIdentity[] = [root, ...known];
  while (fresh.length > 0) {
    for (const member of fresh) signalProcess(member, "SIGSTOP");
    frozen.push(...fresh);
    const pids = new Set(frozen.map(({ pid }) => pid));
    fresh = findDescendants(frozen).filter(({ pid }) => !pids.has(pid));
  }
  for (const member of frozen) signalProcess(member, "SIGKILL");
}

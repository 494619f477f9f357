import { findHolders, findListeningSockets, findMarked } from "./process-marks.ts";
import { findDescendants, identifyProcess, killTree, type ProcessIdentity } from "./process-tree.ts";

/** One server process and all that belongs to it, to be ended together. */
export type ProcessTrack = {
  /** Takes note of what belongs to it now: who leaves its session or outlives its parent is known by that later. */
  remember: () => void;
  /** Kills it and what belongs to it: descendants, whoever has its nonce, and whoever keeps its listening socket. */
  kill: () => void;
};

/**
 * Follows a process that was launched with this nonce. Every process is named by its id and start time, and a socket by
 * its inode, so a stranger with a reused id, or on the same port, is never hit.
 *
 * @returns undefined where there is no `/proc`, or no such process
 */
export function trackProcess(pid: number, nonce: string): ProcessTrack | undefined {
  const root = identifyProcess(pid);
  if (!root) return undefined;
  const known = new Map<number, ProcessIdentity>();
  const sockets = new Set<string>();
  const add = (found: readonly ProcessIdentity[]) => {
    for (const identity of found) known.set(identity.pid, identity);
  };
  return {
    remember() {
      add(findDescendants([root]));
      for (const inode of findListeningSockets([root, ...known.values()])) sockets.add(inode);
    },
    kill() {
      add(findMarked(nonce));
      killTree(root, [...known.values()]);
      const holders = findHolders([...sockets]);
      for (const holder of holders) killTree(holder);
    },
  };
}

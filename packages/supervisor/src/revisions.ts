import { isSameSnapshot, type Snapshot } from "./snapshot.ts";

/** The snapshots that the machine knows by number, and who was the last to ask for each. */
export type Revisions = {
  /** The number of a snapshot: that of an equal one among `known`, the first of them, else a new one. */
  of: (snapshot: Snapshot, known: readonly (number | undefined)[]) => number;
  /** A new number for the same snapshot, so that a process of its own is started for it. */
  renew: (revision: number) => number;
  snapshotOf: (revision: number) => Snapshot;
  /** Forgets all but these: their values must not outlive their use. */
  keepOnly: (revisions: readonly (number | undefined)[]) => void;
};

export function createRevisions(): Revisions {
  const snapshots = new Map<number, Snapshot>();
  let last = 0;

  function add(snapshot: Snapshot): number {
    last += 1;
    snapshots.set(last, snapshot);
    return last;
  }
  function snapshotOf(revision: number): Snapshot {
    const snapshot = snapshots.get(revision);
    if (!snapshot) throw new TypeError(`no snapshot of revision ${revision}`);
    return snapshot;
  }
  return {
    of(snapshot, known) {
      const equal = known.find((revision) => {
        const other = revision === undefined ? undefined : snapshots.get(revision);
        return other && isSameSnapshot(other, snapshot);
      });
      return equal ?? add(snapshot);
    },
    renew: (revision) => add(snapshotOf(revision)),
    snapshotOf,
    keepOnly(revisions) {
      for (const revision of snapshots.keys()) if (!revisions.includes(revision)) snapshots.delete(revision);
    },
  };
}

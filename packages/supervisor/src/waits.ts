import type { Outcome } from "./machine-state.ts";

type Wait = { revision: number; resolve: (outcome: Outcome) => void };

/** The promises of those who wait until a revision runs. */
export type Waits = {
  add: (revision: number) => Promise<Outcome>;
  /** Ends the waits for this revision, and of all who asked before them; those of everyone when it is infinite. */
  settle: (revision: number, outcome: Outcome) => void;
};

export function createWaits(): Waits {
  let waits: Wait[] = [];
  return {
    add: (revision) => new Promise((resolve) => waits.push({ revision, resolve })),
    settle(revision, outcome) {
      const last = waits.findLastIndex((wait) => wait.revision === revision);
      const count = Number.isFinite(revision) ? last + 1 : waits.length;
      const over = waits.slice(0, count);
      waits = waits.slice(count);
      for (const { resolve } of over) resolve(outcome);
    },
  };
}

import { AppError } from "@latchkey/api-contracts/errors";
import type { Outcome } from "./machine-state.ts";

type Wait = { revision: number; resolve: () => void; reject: (error: AppError) => void };

/** The promises of those who wait until a revision runs. */
export type Waits = {
  add: (revision: number) => Promise<void>;
  /** Ends the waits for this revision and for all before it. */
  settle: (revision: number, outcome: Outcome) => void;
};

export function createWaits(): Waits {
  let waits: Wait[] = [];
  return {
    add: (revision) => new Promise((resolve, reject) => waits.push({ revision, resolve, reject })),
    settle(revision, outcome) {
      const over = waits.filter((wait) => wait.revision <= revision);
      waits = waits.filter((wait) => wait.revision > revision);
      for (const { resolve, reject } of over) {
        if (outcome === "healthy") resolve();
        else reject(toError(outcome));
      }
    },
  };
}

/** The error of a wait that did not end with a healthy server. */
export function toError(outcome: Exclude<Outcome, "healthy">): AppError {
  return outcome === "stopped"
    ? new AppError("server.stopped")
    : new AppError("server.unhealthy", { reason: outcome });
}

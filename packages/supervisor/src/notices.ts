import type { ServerState } from "@latchkey/api-contracts/desktop";
import { callSafely } from "./call-safely.ts";
import type { Clock } from "./clock.ts";

/** Log lines are told together, so that a talkative server does not keep its listeners busy. */
const LOG_NOTICE_MS = 250;

/** Tells listeners of changes that they can see. */
export type Notices = {
  add: (listener: (state: ServerState) => void) => () => void;
  stateMayHaveChanged: () => void;
  logHasGrown: () => void;
  end: () => void;
};

/** @param read the present state; `logTail` counts as unchanged until `logHasGrown` */
export function createNotices(clock: Clock, read: () => ServerState): Notices {
  const listeners = new Set<(state: ServerState) => void>();
  let told = "";
  let cancelLogNotice: (() => void) | undefined;

  function tell(state: ServerState): void {
    for (const listener of listeners) callSafely(() => listener(state));
  }
  return {
    add(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stateMayHaveChanged() {
      const state = read();
      const seen = JSON.stringify({ ...state, logTail: [] });
      if (seen === told) return;
      told = seen;
      tell(state);
    },
    logHasGrown() {
      cancelLogNotice ??= clock.setTimer(LOG_NOTICE_MS, () => {
        cancelLogNotice = undefined;
        tell(read());
      });
    },
    end() {
      cancelLogNotice?.();
      listeners.clear();
    },
  };
}

import { useCallback, useSyncExternalStore } from "react";

/** The time in steps of `everyMs`, so that all who ask with the same step agree. **Units** epoch milliseconds. */
export function useNow(everyMs: number): number {
  const subscribe = useCallback(
    (onStep: () => void) => {
      const timer = setInterval(onStep, Math.min(everyMs, 1_000));
      return () => clearInterval(timer);
    },
    [everyMs],
  );
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / everyMs) * everyMs);
}

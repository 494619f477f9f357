import { useCallback, useInsertionEffect, useRef } from "react";

/** A function that stays the same over all renders and does what the latest one says: a list's rows need no new one. */
export function useSteady<A extends unknown[]>(latest: (...args: A) => void): (...args: A) => void {
  const current = useRef(latest);
  // Before the layout effects, because one of them moves the focus.
  useInsertionEffect(() => {
    current.current = latest;
  });
  return useCallback((...args: A) => current.current(...args), []);
}

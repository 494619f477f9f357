import { useSyncExternalStore } from "react";

// The breakpoint `rail` of theme.css.
const wide = window.matchMedia("(width >= 52rem)");

function subscribe(onChange: () => void): () => void {
  wide.addEventListener("change", onChange);
  return () => wide.removeEventListener("change", onChange);
}

/** Whether the window is wide enough for a rail with names. */
export function useIsWide(): boolean {
  return useSyncExternalStore(subscribe, () => wide.matches);
}

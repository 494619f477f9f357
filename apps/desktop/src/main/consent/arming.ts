/** How long a question must have been before a person's eyes until a yes counts. **Units** milliseconds. */
export const ARMING_MS = 500;

/** What is watched of a window. */
export interface Watched {
  isDestroyed(): boolean;
  isVisible(): boolean;
  isFocused(): boolean;
  on(event: "show" | "focus", listener: () => void): unknown;
}

/**
 * Whether the window has been seen for long enough: shown, in front, and both for `ARMING_MS`. A click that was meant
 * for what stood there before says nothing. **Units** `nowMs` in milliseconds, monotonic.
 */
export function createArming(window: Watched, nowMs = () => performance.now()): { isArmed(): boolean } {
  let sinceMs = nowMs();
  const restart = () => {
    sinceMs = nowMs();
  };
  window.on("show", restart);
  window.on("focus", restart);
  return {
    isArmed: () =>
      !window.isDestroyed() && window.isVisible() && window.isFocused() && nowMs() - sinceMs >= ARMING_MS,
  };
}

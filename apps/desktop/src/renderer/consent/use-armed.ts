import { useCallback, useEffect, useRef, useState } from "react";

/** As long as main waits; a click before it is not sent. **Units** milliseconds. */
const ARMING_MS = 500;

/**
 * Whether the buttons act: the question has stood in the window in front for half a second. Main decides; this shows
 * it. `disarm` begins anew.
 */
export function useArmed(): readonly [isArmed: boolean, disarm: () => void] {
  const [isArmed, setArmed] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const arm = useCallback(() => {
    clearTimeout(timer.current);
    if (document.hasFocus()) timer.current = setTimeout(() => setArmed(true), ARMING_MS);
  }, []);
  const disarm = useCallback(() => {
    setArmed(false);
    arm();
  }, [arm]);

  useEffect(() => {
    arm();
    window.addEventListener("focus", disarm);
    window.addEventListener("blur", disarm);
    return () => {
      clearTimeout(timer.current);
      window.removeEventListener("focus", disarm);
      window.removeEventListener("blur", disarm);
    };
  }, [arm, disarm]);

  return [isArmed, disarm];
}

import { useEffect } from "react";
import { useSteady } from "./use-steady.ts";

/** Ctrl/Cmd+N begins something new on the screen that is shown; a dialog keeps its keys. */
export function useNewKey(begin: () => void): void {
  const latest = useSteady(begin);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.code !== "KeyN" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      if (document.querySelector("[data-modal]")) return;
      event.preventDefault();
      latest();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [latest]);
}

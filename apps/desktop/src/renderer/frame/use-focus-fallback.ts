import { useEffect } from "react";

/**
 * Where what had the focus is gone, with its screen or its notice for example, the title of the screen takes it: Tab
 * goes on from there, and a screen reader says where one is.
 */
export function useFocusFallback(): void {
  useEffect(() => {
    let last: Element | undefined;
    const onFocus = ({ target }: FocusEvent) => {
      last = target instanceof Element ? target : undefined;
    };
    const isLost = () => document.activeElement === document.body && last?.isConnected === false;
    const fallBack = () => {
      if (isLost()) document.querySelector<HTMLElement>("main h1")?.focus();
    };
    const observer = new MutationObserver(() => {
      // Dialogs and lists know a better place, and have two frames to take it there.
      if (isLost()) requestAnimationFrame(() => requestAnimationFrame(fallBack));
    });
    window.addEventListener("focusin", onFocus);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      window.removeEventListener("focusin", onFocus);
      observer.disconnect();
    };
  }, []);
}

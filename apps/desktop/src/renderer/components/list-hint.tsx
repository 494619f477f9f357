import { Tooltip } from "@base-ui/react/tooltip";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { HintPopup } from "./hint.tsx";

const SHOW_MS = 400;
/** Long enough for the pointer to reach the tooltip. */
const HIDE_MS = 100;

/** The tooltips of a list: whatever in it has `data-hint`. There is one at a time, so that a long list costs none. */
export function ListHint({ list }: { readonly list: RefObject<HTMLElement | null> }) {
  const [anchor, setAnchor] = useState<HTMLElement>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stay = useCallback(() => clearTimeout(timer.current), []);
  const show = useCallback((next: HTMLElement | undefined, afterMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAnchor(next), afterMs);
  }, []);
  useEffect(() => {
    const ending = new AbortController();
    const { signal } = ending;
    const on = <K extends keyof HTMLElementEventMap>(name: K, act: (event: HTMLElementEventMap[K]) => void) =>
      list.current?.addEventListener(name, act, { signal });
    on("pointerover", (event) => {
      const hinted = event.pointerType === "mouse" ? hintedBy(event) : undefined;
      show(hinted, hinted ? SHOW_MS : HIDE_MS);
    });
    on("pointerleave", () => show(undefined, HIDE_MS));
    on("pointerdown", () => show(undefined, 0));
    on("focusin", (event) => {
      const hinted = hintedBy(event);
      if (hinted?.matches(":focus-visible")) show(hinted, 0);
    });
    on("focusout", () => show(undefined, 0));
    signal.addEventListener("abort", stay);
    return () => ending.abort();
  }, [list, show, stay]);
  if (!anchor) return null;
  return (
    <Tooltip.Root open onOpenChange={() => setAnchor(undefined)}>
      <HintPopup
        side="top"
        anchor={anchor}
        onPointerEnter={stay}
        onPointerLeave={() => show(undefined, HIDE_MS)}
      >
        {anchor.dataset["hint"]}
      </HintPopup>
    </Tooltip.Root>
  );
}

function hintedBy({ target }: Event): HTMLElement | undefined {
  return (target instanceof Element && target.closest<HTMLElement>("[data-hint]")) || undefined;
}

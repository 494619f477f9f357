import { type FocusEvent, useEffect, useRef } from "react";

/**
 * Where the button that had the focus is gone, the focus goes to the same row, else to the one that took its place, else
 * to the heading. For a section with an `h2` and rows with `data-row`.
 */
export function useKeptFocus() {
  const section = useRef<HTMLElement>(null);
  const last = useRef<{ key: string | undefined; index: number }>(undefined);

  useEffect(() => {
    if (!last.current || document.activeElement !== document.body) return;
    const { key, index } = last.current;
    last.current = undefined;
    const now = rowsOf(section.current);
    const row = now.find(({ dataset }) => dataset["row"] === key) ?? now[index] ?? now.at(-1);
    (row?.querySelector("button") ?? section.current?.querySelector("h2"))?.focus();
  });

  return {
    ref: section,
    onFocus({ target }: FocusEvent) {
      const all = rowsOf(section.current);
      const index = all.findIndex((row) => row.contains(target));
      last.current = index === -1 ? undefined : { key: all[index]?.dataset["row"], index };
    },
    /** React tells of no blur where it takes the focused element away itself. Another window is no new place. */
    onBlur() {
      if (document.hasFocus()) last.current = undefined;
    },
  };
}

function rowsOf(section: HTMLElement | null): HTMLElement[] {
  return [...(section?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
}

import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from "react";

const PAGE = 8;

/** The row that a key leads to, or undefined if the key means nothing here. */
export function rowAfter(key: string, index: number, count: number): number | undefined {
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE };
  const target = key === "Home" ? 0 : key === "End" ? count - 1 : index + (steps[key] ?? Number.NaN);
  return Number.isNaN(target) ? undefined : Math.max(0, Math.min(target, count - 1));
}

/** The next row whose name begins with the letter, after the present one and round to it. */
export function rowByLetter(letter: string, index: number, names: readonly string[]): number | undefined {
  const order = names.map((_, step) => (index + 1 + step) % names.length);
  return order.find((row) => names[row]?.toLowerCase().startsWith(letter.toLowerCase()));
}

export interface RovingList<T> {
  readonly items: readonly T[];
  readonly grid: RefObject<HTMLElement | null>;
  /** The place of the last button of a row. */
  readonly lastColumn: number;
  readonly idOf: (item: T) => string;
  /** What a letter finds a row by. */
  readonly nameOf: (item: T) => string;
  /** What a key does to the row that has the focus; undefined when it does nothing there. */
  readonly actionOf: (key: string) => ((item: T) => void) | undefined;
}

/** Keeps one button of the list in the Tab order, and moves it. A row that goes hands on to the one after it. */
export function useRoving<T>({ items, grid, lastColumn, idOf, nameOf, actionOf }: RovingList<T>) {
  const [active, setActive] = useState<{ id: string | undefined; index: number; column: number }>({
    id: undefined,
    index: 0,
    column: 0,
  });
  const isMoving = useRef(false);
  const found = items.findIndex((item) => idOf(item) === active.id);
  const index = found === -1 ? Math.min(active.index, items.length - 1) : found;
  const idAt = (row: number) => {
    const item = items[row];
    return item === undefined ? undefined : idOf(item);
  };

  useLayoutEffect(() => {
    if (!isMoving.current) return;
    const selector = `[data-index="${index}"] [data-column="${active.column}"]`;
    const target = grid.current?.querySelector<HTMLElement>(selector);
    if (!target) return;
    isMoving.current = false;
    target.focus({ preventScroll: true });
  });

  const activate = (row: number, column: number) => {
    const id = idAt(row);
    if (id !== active.id || row !== active.index || column !== active.column)
      setActive({ id, index: row, column });
  };

  function onKeyDown(event: KeyboardEvent, scrollTo: (index: number) => void) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const item = items[index];
    const act = actionOf(event.key);
    if (item !== undefined && act) {
      event.preventDefault();
      act(item);
      return;
    }
    const isLetter = /^[\p{L}\p{N}]$/u.test(event.key);
    const row = isLetter
      ? rowByLetter(event.key, index, items.map(nameOf))
      : rowAfter(event.key, index, items.length);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (row === undefined && step === 0) return;
    event.preventDefault();
    const target = row ?? index;
    move(target, Math.max(0, Math.min(active.column + step, lastColumn)));
    scrollTo(target);
  }

  /** Takes the focus to a row, once it is in the document. */
  function move(row: number, column: number) {
    isMoving.current = true;
    setActive({ id: idAt(row), index: row, column });
  }

  return { index, column: active.column, activate, move, onKeyDown };
}

/** After a removal the row that took the place gets the focus, or what stands for a list that is empty. */
export function focusActiveRow(): void {
  const row = document.querySelector<HTMLElement>('[role="grid"] [data-column][tabindex="0"]');
  (row ?? document.querySelector<HTMLElement>("[data-focus-fallback]"))?.focus();
}

import type { Connection } from "@latchkey/api-contracts/connections";
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from "react";
import { rowAfter, rowByLetter } from "../secrets/use-roving.ts";

const LAST_COLUMN = 1;

/** Keeps one button of the list in the Tab order, and moves it. A row that goes hands on to the one after it. */
export function useConnectionRoving(
  connections: readonly Connection[],
  grid: RefObject<HTMLElement | null>,
  onDelete: (connection: Connection) => void,
) {
  const [active, setActive] = useState<{ id: string | undefined; index: number; column: number }>({
    id: undefined,
    index: 0,
    column: 0,
  });
  const isMoving = useRef(false);
  const found = connections.findIndex(({ id }) => id === active.id);
  const index = found === -1 ? Math.min(active.index, connections.length - 1) : found;

  useLayoutEffect(() => {
    if (!isMoving.current) return;
    const selector = `[data-index="${index}"] [data-column="${active.column}"]`;
    const target = grid.current?.querySelector<HTMLElement>(selector);
    if (!target) return;
    isMoving.current = false;
    target.focus({ preventScroll: true });
  });

  function onKeyDown(event: KeyboardEvent, scrollTo: (index: number) => void) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const connection = connections[index];
    if (connection && event.key === "Delete") {
      event.preventDefault();
      return onDelete(connection);
    }
    const isLetter = /^[\p{L}\p{N}]$/u.test(event.key);
    const names = isLetter ? connections.map(({ displayName }) => displayName.toLowerCase()) : [];
    const row = isLetter
      ? rowByLetter(event.key, index, names)
      : rowAfter(event.key, index, connections.length);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (row === undefined && step === 0) return;
    event.preventDefault();
    isMoving.current = true;
    const target = row ?? index;
    const column = Math.max(0, Math.min(active.column + step, LAST_COLUMN));
    setActive({ id: connections[target]?.id, index: target, column });
    scrollTo(target);
  }

  const activate = (row: number, column: number) => {
    const id = connections[row]?.id;
    if (id !== active.id || row !== active.index || column !== active.column)
      setActive({ id, index: row, column });
  };
  return { index, column: active.column, activate, onKeyDown };
}

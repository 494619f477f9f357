import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from "react";
import type { SecretRequest } from "./secret-dialogs.tsx";

const LAST_COLUMN = 2;
const PAGE = 8;

/** The row that a key leads to, or undefined if the key means nothing here. */
export function rowAfter(key: string, index: number, count: number): number | undefined {
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE };
  const target = key === "Home" ? 0 : key === "End" ? count - 1 : index + (steps[key] ?? Number.NaN);
  return Number.isNaN(target) ? undefined : Math.max(0, Math.min(target, count - 1));
}

/** The next row whose key begins with the letter, after the present one and round to it. */
export function rowByLetter(letter: string, index: number, keys: readonly string[]): number | undefined {
  const order = keys.map((_, step) => (index + 1 + step) % keys.length);
  return order.find((row) => keys[row]?.startsWith(letter.toLowerCase()));
}

/** Keeps one button of the list in the Tab order, and moves it. A row that goes hands on to the one after it. */
export function useRoving(
  secrets: readonly SecretMetadata[],
  grid: RefObject<HTMLElement | null>,
  onRequest: (request: SecretRequest) => void,
) {
  const [active, setActive] = useState<{ key: string | undefined; index: number; column: number }>({
    key: undefined,
    index: 0,
    column: 0,
  });
  const isMoving = useRef(false);
  const found = secrets.findIndex(({ key }) => key === active.key);
  const index = found === -1 ? Math.min(active.index, secrets.length - 1) : found;

  useLayoutEffect(() => {
    if (!isMoving.current) return;
    const selector = `[data-index="${index}"] [data-column="${active.column}"]`;
    const target = grid.current?.querySelector<HTMLElement>(selector);
    if (!target) return;
    isMoving.current = false;
    target.focus({ preventScroll: true });
  });

  const activate = (row: number, column: number) => {
    const key = secrets[row]?.key;
    if (key !== active.key || row !== active.index || column !== active.column)
      setActive({ key, index: row, column });
  };

  function onKeyDown(event: KeyboardEvent, scrollTo: (index: number) => void) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const secret = secrets[index];
    if (secret && (event.key === "Delete" || event.key === "F2")) {
      event.preventDefault();
      onRequest({ kind: event.key === "Delete" ? "remove" : "replace", key: secret.key });
      return;
    }
    const isLetter = /^[a-z0-9]$/i.test(event.key);
    const keys = isLetter ? secrets.map(({ key }) => key) : [];
    const row = isLetter ? rowByLetter(event.key, index, keys) : rowAfter(event.key, index, secrets.length);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? 0;
    if (row === undefined && step === 0) return;
    event.preventDefault();
    isMoving.current = true;
    const target = row ?? index;
    setActive({
      key: secrets[target]?.key,
      index: target,
      column: Math.max(0, Math.min(active.column + step, LAST_COLUMN)),
    });
    scrollTo(target);
  }

  return { index, column: active.column, activate, onKeyDown };
}

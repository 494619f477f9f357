import type { KeyboardEvent } from "react";

/** What a list tells each of its rows. */
export interface ListRowProps {
  readonly index: number;
  /** **Units** pixels from the top of the list. */
  readonly offset: number;
  /** **Units** pixels. */
  readonly height: number;
  /** The button of this row that Tab leads to; undefined in all rows but one. */
  readonly activeColumn: number | undefined;
  readonly onActivate: (index: number, column: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** The row itself, at its place. */
export function rowAttributes({ index, offset, height }: ListRowProps) {
  return {
    "aria-rowindex": index + 2,
    "data-index": index,
    className: `list-row absolute inset-x-0 top-0 border-line px-4 hover:bg-hover ${index > 0 ? "border-t" : ""}`,
    style: { height, transform: `translateY(${offset}px)` },
  };
}

/** A button of a row. The first one, `row-opener`, reaches over all of it. */
export function rowButton({ index, activeColumn, onActivate, onKeyDown }: ListRowProps, column: number) {
  return {
    type: "button",
    "data-column": column,
    tabIndex: activeColumn === column ? 0 : -1,
    onFocus: () => onActivate(index, column),
    onKeyDown,
  } as const;
}

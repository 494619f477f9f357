import { defaultRangeExtractor, type Rect, useVirtualizer } from "@tanstack/react-virtual";
import type { RefObject } from "react";

/** Below this width of the list the cells of a row stack: the container queries of theme.css. */
const NARROW_PX = 704;

/** How large each list was when it was last shown, so that it is right at once when it comes back. */
const lastSizes = new Map<string, Rect>();

export interface FixedRows {
  /** Which list it is. */
  readonly name: string;
  readonly count: number;
  readonly grid: RefObject<HTMLElement | null>;
  /** Of a row. **Units** pixels; fixed, so that no row has to be measured. */
  readonly heights: { readonly wide: number; readonly narrow: number };
  /** The row that stays in the document, because the focus is there. */
  readonly kept: number;
}

/** The rows of a list that are in sight, and where they stand; whether their cells are stacked, without titles above. */
export function useFixedRows({ name, count, grid, heights, kept }: FixedRows) {
  // A first guess should be small: rows that are missing are added before the first frame, others were for nothing.
  const initialRect = lastSizes.get(name) ?? { width: 800, height: window.innerHeight / 2 };
  const rowHeight = () =>
    (lastSizes.get(name) ?? initialRect).width < NARROW_PX ? heights.narrow : heights.wide;
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by a compiler
  const rows = useVirtualizer<HTMLElement, HTMLTableRowElement>({
    count,
    getScrollElement: () => grid.current,
    estimateSize: rowHeight,
    overscan: 3,
    initialRect,
    observeElementRect(rows, report) {
      const element = rows.scrollElement;
      if (!element) return undefined;
      const look = () => {
        const formerHeight = rowHeight();
        const size = { width: element.clientWidth, height: element.clientHeight };
        lastSizes.set(name, size);
        report(size);
        if (rowHeight() !== formerHeight) rows.measure();
      };
      look();
      const observer = new ResizeObserver(look);
      observer.observe(element);
      return () => observer.disconnect();
    },
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), kept])].toSorted((a, b) => a - b),
  });
  return { rows, isStacked: rowHeight() === heights.narrow };
}

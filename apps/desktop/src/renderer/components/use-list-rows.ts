import type { VirtualItem } from "@tanstack/react-virtual";
import type { KeyboardEvent } from "react";
import type { ListRowProps } from "./list-row.ts";
import { type FixedRows, useFixedRows } from "./use-fixed-rows.ts";
import { type RovingList, useRoving } from "./use-roving.ts";
import { useSteady } from "./use-steady.ts";

export type ListRowsOptions<T> = RovingList<T> & Pick<FixedRows, "name" | "heights">;

/**
 * The rows of a list: those in sight are in the document, and the one that has the focus. One stop for Tab: arrows,
 * Page keys, Home, End and letters move between rows, left and right between the buttons of a row.
 */
export function useListRows<T>({ name, heights, ...list }: ListRowsOptions<T>) {
  const { items, grid } = list;
  const roving = useRoving(list);
  const { rows, isStacked } = useFixedRows({
    name,
    count: items.length,
    grid,
    heights,
    kept: roving.index,
  });
  const onActivate = useSteady(roving.activate);
  const onKeyDown = useSteady((event: KeyboardEvent) =>
    roving.onKeyDown(event, (target) => rows.scrollToIndex(target)),
  );
  const rowProps = ({ index, start, size }: VirtualItem): ListRowProps => ({
    index,
    offset: start,
    height: size,
    activeColumn: index === roving.index ? roving.column : undefined,
    onActivate,
    onKeyDown,
  });
  const goTo = useSteady((index: number) => {
    roving.move(index, 0);
    rows.scrollToIndex(index);
  });
  return { rows, isStacked, rowProps, goTo };
}

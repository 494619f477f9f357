import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFixedRows } from "../../components/use-fixed-rows.ts";
import { rowAfter } from "../../components/use-roving.ts";
import { useSteady } from "../../components/use-steady.ts";
import { useFormat } from "../../text/use-format.ts";
import { ActivityRowView } from "./activity-row.tsx";
import type { ActivityRow } from "./group-repeats.ts";
import { useEventWords } from "./use-event-words.ts";

export interface ActivityGridProps {
  readonly rows: readonly ActivityRow[];
  /** Whether these are all. */
  readonly isWhole: boolean;
  readonly onMore: () => void;
  readonly onOpen: (row: ActivityRow) => void;
}

/** More is loaded when so few rows are left below. */
const ROWS_AHEAD = 60;
const LEAST_PX = 224;
/** The heights of `.activity-row` in theme.css. */
const ROW_PX = { wide: 38, narrow: 60 };

const columns = ["time", "actor", "action", "object", "result", "scope"] as const;

/**
 * The list, newest first. Only the rows in sight are in the document, and the one that has the focus.
 * One stop for Tab: arrows, Page keys, Home and End move between rows, Enter opens one.
 */
export function ActivityGrid({ rows, isWhole, onMore, onOpen }: ActivityGridProps) {
  const { t } = useTranslation();
  const grid = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<{ id: string | undefined; index: number }>({
    id: undefined,
    index: 0,
  });
  const isMoving = useRef(false);
  const found = active.id === undefined ? -1 : rows.findIndex(({ id }) => id === active.id);
  const activeIndex = Math.max(0, found === -1 ? Math.min(active.index, rows.length - 1) : found);
  const words = useEventWords();
  const format = useFormat();
  const list = useFixedRows({
    name: "activity",
    count: rows.length,
    grid,
    heights: ROW_PX,
    kept: activeIndex,
  });

  const lastInSight = list.range?.endIndex ?? 0;
  useEffect(() => {
    if (!isWhole && lastInSight >= rows.length - ROWS_AHEAD) onMore();
  }, [isWhole, lastInSight, rows.length, onMore]);

  // New rows come on top; what the person reads stays where it is.
  const former = useRef(rows[0]?.id);
  useLayoutEffect(() => {
    const added = rows.findIndex(({ id }) => id === former.current);
    former.current = rows[0]?.id;
    if (added > 0 && grid.current && grid.current.scrollTop > 0) {
      grid.current.scrollTop += list.getOffsetForIndex(added, "start")?.[0] ?? 0;
    }
  }, [rows, list]);

  useLayoutEffect(() => {
    const target = isMoving.current
      ? grid.current?.querySelector<HTMLElement>(`[data-index="${activeIndex}"] [data-row]`)
      : undefined;
    if (!target) return;
    isMoving.current = false;
    target.focus({ preventScroll: true });
  });

  const activate = useSteady((index: number) => setActive({ id: rows[index]?.id, index }));

  const onKeyDown = useSteady((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const target = rowAfter(event.key, activeIndex, rows.length);
    if (target === undefined) return;
    event.preventDefault();
    isMoving.current = true;
    activate(target);
    list.scrollToIndex(target);
  });

  return (
    <div
      ref={grid}
      style={{ minHeight: LEAST_PX }}
      className="@container/activity shrink scroll-pt-10 overflow-auto rounded-xl border border-line"
    >
      <table
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- the grid pattern of the ARIA guide
        role="grid"
        aria-label={t("activity.list")}
        aria-rowcount={isWhole ? rows.length + 1 : -1}
        aria-colcount={columns.length}
        className="block"
      >
        <thead className="sticky top-0 z-10 block border-b border-line bg-rail @max-[44rem]/activity:sr-only">
          <tr aria-rowindex={1} className="activity-row px-4 py-2 text-[0.8125rem] text-muted">
            {columns.map((column) => (
              <th key={column} className="truncate text-left font-medium">
                {t(`activity.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <ActivityRowView
                key={row.id}
                row={row}
                words={words}
                format={format}
                index={index}
                offset={start}
                isActive={index === activeIndex}
                onActivate={activate}
                onKeyDown={onKeyDown}
                onOpen={onOpen}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

import { useEffect, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ListGrid } from "../../components/list-grid.tsx";
import { useListRows } from "../../components/use-list-rows.ts";
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

const columns = ["time", "actor", "action", "object", "result", "scope"] as const;

/** The list, newest first. Enter opens an entry; End leads to the oldest, which is loaded for it. */
export function ActivityGrid({ rows, isWhole, onMore, onOpen }: ActivityGridProps) {
  const { t } = useTranslation();
  const words = useEventWords();
  const format = useFormat();
  const grid = useRef<HTMLDivElement>(null);
  const list = useListRows({
    grid,
    name: "activity",
    items: rows,
    heights: { wide: 38, narrow: 60 },
    lastColumn: 0,
    idOf: ({ id }) => id,
    nameOf: ({ newest }) => words.action(newest.event),
    actionOf: (key) => (key === "End" && !isWhole ? goToOldest : undefined),
  });
  const { goTo } = list;

  /** What had the focus when End was pressed; until the oldest entry is loaded, or the person goes elsewhere. */
  const leaving = useRef<Element>(undefined);
  function goToOldest() {
    leaving.current = document.activeElement ?? undefined;
    onMore();
  }
  const lastInSight = list.rows.range?.endIndex ?? 0;
  useEffect(() => {
    if (leaving.current !== document.activeElement) leaving.current = undefined;
    if (!isWhole) {
      if (leaving.current || lastInSight >= rows.length - ROWS_AHEAD) onMore();
    } else if (leaving.current) {
      leaving.current = undefined;
      goTo(rows.length - 1);
    }
  }, [isWhole, lastInSight, rows.length, onMore, goTo]);

  // New rows come on top; what the person reads stays where it is.
  const former = useRef(rows[0]?.id);
  useLayoutEffect(() => {
    const added = rows.findIndex(({ id }) => id === former.current);
    former.current = rows[0]?.id;
    if (added > 0 && grid.current && grid.current.scrollTop > 0) {
      grid.current.scrollTop += list.rows.getOffsetForIndex(added, "start")?.[0] ?? 0;
    }
  }, [rows, list.rows]);

  return (
    <ListGrid
      ref={grid}
      rows={list.rows}
      isStacked={list.isStacked}
      look="activity-list"
      label={t("activity.list")}
      columns={columns.map((name) => ({ title: t(`activity.column.${name}`) }))}
      rowCount={isWhole ? rows.length : -1}
    >
      {list.rows.getVirtualItems().map((place) => {
        const entry = rows[place.index];
        return (
          entry && (
            <ActivityRowView
              key={entry.id}
              entry={entry}
              words={words}
              format={format}
              onOpen={onOpen}
              {...list.rowProps(place)}
            />
          )
        );
      })}
    </ListGrid>
  );
}

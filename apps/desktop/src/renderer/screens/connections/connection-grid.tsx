import type { Connection } from "@latchkey/api-contracts/connections";
import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFixedRows } from "../../components/use-fixed-rows.ts";
import { useRoving } from "../../components/use-roving.ts";
import { useSteady } from "../../components/use-steady.ts";
import { useNow } from "../../text/use-now.ts";
import { ConnectionRow, type ConnectionRowProps } from "./connection-row.tsx";
import { type RowAction, RowMenu } from "./row-menu.tsx";
import { useRowWords } from "./use-row-words.ts";

export interface ConnectionGridProps {
  readonly connections: readonly Connection[];
  readonly hasWorkspace: boolean;
  readonly serviceOf: (connection: Connection) => ConnectionRowProps["service"];
  readonly onAction: (connection: Connection, action: RowAction) => void;
}

/** The list shrinks to this height; below it the whole screen scrolls. */
const LEAST_PX = 224;
const HEADER_PX = 40;
/** The heights of `.connection-row` in theme.css. */
const ROW_PX = { wide: 57, narrow: 82 };

const columns = ["Name", "State", "Scope", "Changed", "Actions"] as const;

/** The list. Only the rows in sight are in the document, and the one that has the focus. */
export function ConnectionGrid({ connections, hasWorkspace, serviceOf, onAction }: ConnectionGridProps) {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const grid = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<{ readonly connection: Connection; readonly anchor: HTMLElement }>();
  const roving = useRoving({
    items: connections,
    grid,
    lastColumn: 1,
    idOf: ({ id }) => id,
    nameOf: ({ displayName }) => displayName,
    actionOf: (key) => (key === "Delete" ? (connection) => onAction(connection, "delete") : undefined),
  });
  const rows = useFixedRows({
    name: "connections",
    count: connections.length,
    grid,
    heights: ROW_PX,
    kept: roving.index,
  });
  const words = useRowWords();
  const onActivate = useSteady(roving.activate);
  const onKeyDown = useSteady((event: KeyboardEvent) =>
    roving.onKeyDown(event, (target) => rows.scrollToIndex(target)),
  );
  const onOpen = useSteady((connection: Connection) => onAction(connection, "open"));
  const onMenu = useSteady((connection: Connection, anchor: HTMLElement) => setMenu({ connection, anchor }));

  return (
    <div
      ref={grid}
      style={{ minHeight: Math.min(rows.getTotalSize() + HEADER_PX, LEAST_PX) }}
      className="@container/connections shrink scroll-pt-10 overflow-auto rounded-xl border border-line"
    >
      <table
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- the grid pattern of the ARIA guide
        role="grid"
        aria-label={t("connections.list")}
        aria-rowcount={connections.length + 1}
        aria-colcount={columns.length}
        className="block"
      >
        <thead className="sticky top-0 z-10 block border-b border-line bg-rail @max-[44rem]/connections:sr-only">
          <tr aria-rowindex={1} className="connection-row px-4 py-2 text-[0.8125rem] text-muted">
            {columns.map((column) => (
              <th key={column} className="truncate text-left font-medium">
                <span className={column === "Actions" ? "sr-only" : ""}>
                  {t(`connections.column${column}`)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const connection = connections[index];
            if (!connection) return null;
            return (
              <ConnectionRow
                key={connection.id}
                connection={connection}
                service={serviceOf(connection)}
                words={words}
                isMenuOpen={menu?.connection.id === connection.id}
                index={index}
                offset={start}
                now={now}
                activeColumn={index === roving.index ? roving.column : undefined}
                onActivate={onActivate}
                onKeyDown={onKeyDown}
                onOpen={onOpen}
                onMenu={onMenu}
              />
            );
          })}
        </tbody>
      </table>
      {menu && (
        <RowMenu
          {...menu}
          hasWorkspace={hasWorkspace}
          onClose={() => setMenu(undefined)}
          onAction={(action) => onAction(menu.connection, action)}
        />
      )}
    </div>
  );
}

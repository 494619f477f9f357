import type { Connection } from "@latchkey/api-contracts/connections";
import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ListGrid } from "../../components/list-grid.tsx";
import { useListRows } from "../../components/use-list-rows.ts";
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

const columns = ["Name", "State", "Scope", "Changed", "Actions"] as const;

/** The list. Delete asks before it deletes. */
export function ConnectionGrid({ connections, hasWorkspace, serviceOf, onAction }: ConnectionGridProps) {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const words = useRowWords();
  const [menu, setMenu] = useState<{ readonly connection: Connection; readonly anchor: HTMLElement }>();
  const grid = useRef<HTMLDivElement>(null);
  const list = useListRows({
    grid,
    name: "connections",
    items: connections,
    heights: { wide: 57, narrow: 82 },
    lastColumn: 1,
    idOf: ({ id }) => id,
    nameOf: ({ displayName }) => displayName,
    actionOf: (key) => (key === "Delete" ? (connection) => onAction(connection, "delete") : undefined),
  });
  // Who comes back from a connection goes on at its row.
  const { row } = useLocation().state;
  const at = connections.findIndex(({ id }) => id === row);
  const isComing = useRef(true);
  const { goTo } = list;
  useEffect(() => {
    if (isComing.current && at !== -1 && document.activeElement === document.body) goTo(at);
    isComing.current = false;
  }, [at, goTo]);
  const onOpen = useSteady((connection: Connection) => onAction(connection, "open"));
  const onMenu = useSteady((connection: Connection, anchor: HTMLElement) => setMenu({ connection, anchor }));
  return (
    <ListGrid
      ref={grid}
      rows={list.rows}
      isStacked={list.isStacked}
      look="connection-list"
      label={t("connections.list")}
      columns={columns.map((name) => ({
        title: t(`connections.column${name}`),
        isHidden: name === "Actions",
      }))}
      rowCount={connections.length}
      beside={
        menu && (
          <RowMenu
            {...menu}
            hasWorkspace={hasWorkspace}
            onClose={() => setMenu(undefined)}
            onAction={(action) => onAction(menu.connection, action)}
          />
        )
      }
    >
      {list.rows.getVirtualItems().map((place) => {
        const connection = connections[place.index];
        return (
          connection && (
            <ConnectionRow
              key={connection.id}
              connection={connection}
              service={serviceOf(connection)}
              words={words}
              isMenuOpen={menu?.connection.id === connection.id}
              now={now}
              onOpen={onOpen}
              onMenu={onMenu}
              {...list.rowProps(place)}
            />
          )
        );
      })}
    </ListGrid>
  );
}

import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { type KeyboardEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ListHint } from "../../components/list-hint.tsx";
import { useFixedRows } from "../../components/use-fixed-rows.ts";
import { useRoving } from "../../components/use-roving.ts";
import { useSteady } from "../../components/use-steady.ts";
import { useNow } from "../../text/use-now.ts";
import type { SecretRequest } from "./secret-dialogs.tsx";
import { SecretRow } from "./secret-row.tsx";
import { useRowWords } from "./use-row-words.ts";

export interface SecretGridProps {
  readonly secrets: readonly SecretMetadata[];
  readonly onRequest: (request: SecretRequest) => void;
}

/** The list shrinks to this height; below it the whole screen scrolls. */
const LEAST_PX = 224;
const HEADER_PX = 40;
/** The heights of `.secret-row` in theme.css. */
const ROW_PX = { wide: 57, narrow: 101 };

const columns = ["key", "storedIn", "state", "changed", "actions"] as const;

/**
 * The list. Only the rows in sight are in the document, and the one that has the focus.
 * One stop for Tab: arrows, Home, End and letters move between rows, left and right between the buttons of a row.
 */
export function SecretGrid({ secrets, onRequest }: SecretGridProps) {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const grid = useRef<HTMLDivElement>(null);
  const roving = useRoving({
    items: secrets,
    grid,
    lastColumn: 2,
    idOf: ({ key }) => key,
    nameOf: ({ key }) => key,
    actionOf(pressed) {
      const kind = pressed === "Delete" ? "remove" : pressed === "F2" ? "replace" : undefined;
      return kind && (({ key }) => onRequest({ kind, key }));
    },
  });
  const rows = useFixedRows({
    name: "secrets",
    count: secrets.length,
    grid,
    heights: ROW_PX,
    kept: roving.index,
  });
  const words = useRowWords();
  const onActivate = useSteady(roving.activate);
  const onKeyDown = useSteady((event: KeyboardEvent) =>
    roving.onKeyDown(event, (target) => rows.scrollToIndex(target)),
  );

  return (
    <div
      ref={grid}
      style={{ minHeight: Math.min(rows.getTotalSize() + HEADER_PX, LEAST_PX) }}
      className="@container/secrets shrink scroll-pt-10 overflow-auto rounded-xl border border-line"
    >
      <table
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- the grid pattern of the ARIA guide
        role="grid"
        aria-label={t("secrets.list")}
        aria-rowcount={secrets.length + 1}
        aria-colcount={columns.length}
        className="block"
      >
        <thead className="sticky top-0 z-10 block border-b border-line bg-rail @max-[44rem]/secrets:sr-only">
          <tr aria-rowindex={1} className="secret-row px-4 py-2 text-[0.8125rem] text-muted">
            {columns.map((column) => (
              <th key={column} className="truncate text-left font-medium">
                <span className={column === "actions" ? "sr-only" : ""}>{t(`secrets.column.${column}`)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const secret = secrets[index];
            if (!secret) return null;
            return (
              <SecretRow
                key={secret.key}
                secret={secret}
                words={words}
                index={index}
                offset={start}
                now={now}
                activeColumn={index === roving.index ? roving.column : undefined}
                onActivate={onActivate}
                onKeyDown={onKeyDown}
                onRequest={onRequest}
              />
            );
          })}
        </tbody>
      </table>
      <ListHint list={grid} />
    </div>
  );
}

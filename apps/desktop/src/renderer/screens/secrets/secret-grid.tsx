import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useRoving } from "../../components/use-roving.ts";
import { useNow } from "../../text/use-now.ts";
import type { SecretRequest } from "./secret-dialogs.tsx";
import { SecretRow } from "./secret-row.tsx";

export interface SecretGridProps {
  readonly secrets: readonly SecretMetadata[];
  readonly onRequest: (request: SecretRequest) => void;
}

/** The list shrinks to this height; below it the whole screen scrolls. */
const LEAST_PX = 224;
const HEADER_PX = 40;

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
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoised by a compiler
  const rows = useVirtualizer({
    count: secrets.length,
    getScrollElement: () => grid.current,
    getItemKey: (index) => secrets[index]?.key ?? index,
    estimateSize: () => 57,
    overscan: 8,
    initialRect: { width: 800, height: 600 },
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), roving.index])].toSorted((a, b) => a - b),
  });

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
                ref={rows.measureElement}
                secret={secret}
                index={index}
                offset={start}
                now={now}
                activeColumn={index === roving.index ? roving.column : undefined}
                onActivate={(column) => roving.activate(index, column)}
                onKeyDown={(event) => roving.onKeyDown(event, (target) => rows.scrollToIndex(target))}
                onRequest={onRequest}
              />
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

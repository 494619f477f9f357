import type { ReactNode, Ref } from "react";
import type { useListRows } from "./use-list-rows.ts";

/** The list shrinks to this height; below it the whole screen scrolls. */
const LEAST_PX = 224;
const TITLES_PX = 38;
const BORDERS_PX = 2;

export interface ListGridProps extends Pick<ReturnType<typeof useListRows>, "rows" | "isStacked"> {
  readonly ref: Ref<HTMLDivElement>;
  /** The widths of the columns: a class of theme.css. */
  readonly look: string;
  readonly label: string;
  readonly columns: readonly { readonly title: string; readonly isHidden?: boolean }[];
  /** Without the titles; -1 while it is not known. */
  readonly rowCount: number;
  /** Of the rows in sight. */
  readonly children: ReactNode;
  /** What belongs to the list and is no row. */
  readonly beside?: ReactNode;
}

/** The table around the rows of a list. */
export function ListGrid({ ref, rows, isStacked, look, label, columns, rowCount, ...parts }: ListGridProps) {
  const rowsPx = rows.getTotalSize();
  const wholePx = rowsPx + BORDERS_PX + (isStacked ? 0 : TITLES_PX);
  return (
    <div
      ref={ref}
      style={{ minHeight: Math.min(wholePx, LEAST_PX) }}
      className={`@container/list shrink scroll-pt-10 overflow-auto rounded-xl border border-line ${look}`}
    >
      <table
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-to-interactive-role -- the grid pattern of the ARIA guide
        role="grid"
        aria-label={label}
        aria-rowcount={rowCount === -1 ? -1 : rowCount + 1}
        aria-colcount={columns.length}
        className="block"
      >
        <thead className="sticky top-0 z-10 block border-b border-line bg-rail @max-[44rem]/list:sr-only">
          <tr aria-rowindex={1} className="list-row px-4 py-2 text-[0.8125rem] text-muted">
            {columns.map(({ title, isHidden }) => (
              <th key={title} className="truncate text-left font-medium">
                <span className={isHidden ? "sr-only" : ""}>{title}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="relative block" style={{ height: rowsPx }}>
          {parts.children}
        </tbody>
      </table>
      {parts.beside}
    </div>
  );
}

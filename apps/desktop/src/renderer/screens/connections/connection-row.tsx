import type { Connection } from "@latchkey/api-contracts/connections";
import { type KeyboardEvent, memo, useRef } from "react";
import { OutlineIcon } from "../../components/outline-icon.tsx";
import { ProviderIcon } from "../../components/provider-icon.tsx";
import { StateLook } from "./state-word.tsx";
import type { useRowWords } from "./use-row-words.ts";

export interface ConnectionRowProps {
  readonly connection: Connection;
  readonly service: { readonly title: string; readonly icon: string | undefined };
  /** The list's, because many rows come and go while it is scrolled. */
  readonly words: ReturnType<typeof useRowWords>;
  readonly isMenuOpen: boolean;
  readonly index: number;
  /** **Units** pixels from the top of the list. */
  readonly offset: number;
  readonly now: number;
  /** The button of this row that Tab leads to; undefined in all rows but one. */
  readonly activeColumn: number | undefined;
  readonly onActivate: (index: number, column: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onOpen: (connection: Connection) => void;
  readonly onMenu: (connection: Connection, anchor: HTMLElement) => void;
}

/** One connection of the list. It is drawn again only when something of it changed. */
export const ConnectionRow = memo(function ConnectionRow({
  connection,
  service,
  words,
  index,
  offset,
  now,
  activeColumn,
  ...on
}: ConnectionRowProps) {
  const more = useRef<HTMLButtonElement>(null);
  const { displayName: name, scope, shadowedBy, updatedAt } = connection;
  return (
    <tr
      aria-rowindex={index + 2}
      data-index={index}
      onContextMenu={(event) => {
        event.preventDefault();
        if (more.current) on.onMenu(connection, more.current);
      }}
      className={`connection-row absolute inset-x-0 top-0 border-line px-4 py-2 hover:bg-hover ${index > 0 ? "border-t" : ""}`}
      style={{ transform: `translateY(${offset}px)` }}
    >
      <td data-cell="name" className="flex min-w-0 items-center gap-3">
        <ProviderIcon icon={service.icon} />
        <div className="min-w-0">
          {/* The button reaches over the whole row, below the menu's. */}
          <button
            type="button"
            aria-label={words.open(name)}
            data-column={0}
            tabIndex={activeColumn === 0 ? 0 : -1}
            onFocus={() => on.onActivate(index, 0)}
            onKeyDown={on.onKeyDown}
            onClick={() => on.onOpen(connection)}
            className="block max-w-full rounded text-left before:absolute before:inset-0"
          >
            <span title={name} className="block truncate leading-5 font-medium">
              {name}
            </span>
          </button>
          <span className="block truncate text-xs leading-5 text-muted">
            {shadowedBy ? words.shadowed() : service.title}
          </span>
        </div>
      </td>
      <td data-cell="state" className="min-w-0">
        <StateLook state={connection.state} word={words.state(connection, now)} />
      </td>
      <td data-cell="scope" className="truncate text-muted">
        {words.scope(scope)}
      </td>
      <td data-cell="changed" className="truncate text-muted">
        <time dateTime={updatedAt} title={words.exact(updatedAt)} className="relative">
          {words.relative(updatedAt, now)}
        </time>
      </td>
      <td data-cell="actions" className="relative flex justify-end">
        <button
          ref={more}
          type="button"
          aria-label={words.more(name)}
          aria-haspopup="menu"
          aria-expanded={on.isMenuOpen}
          data-column={1}
          tabIndex={activeColumn === 1 ? 0 : -1}
          onFocus={() => on.onActivate(index, 1)}
          onKeyDown={on.onKeyDown}
          onClick={(event) => on.onMenu(connection, event.currentTarget)}
          className="inline-flex size-8 items-center justify-center rounded-md text-muted transition-colors hover:bg-selected hover:text-ink"
        >
          <OutlineIcon name="ellipsis" />
        </button>
      </td>
    </tr>
  );
});

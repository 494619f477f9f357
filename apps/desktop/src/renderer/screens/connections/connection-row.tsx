import type { Connection } from "@latchkey/api-contracts/connections";
import { memo, useRef } from "react";
import { type ListRowProps, rowAttributes, rowButton } from "../../components/list-row.ts";
import { OutlineIcon } from "../../components/outline-icon.tsx";
import { ProviderIcon } from "../../components/provider-icon.tsx";
import { StateLook } from "./state-word.tsx";
import type { useRowWords } from "./use-row-words.ts";

export interface ConnectionRowProps extends ListRowProps {
  readonly connection: Connection;
  readonly service: { readonly title: string; readonly icon: string | undefined };
  /** The list's, because many rows come and go while it is scrolled. */
  readonly words: ReturnType<typeof useRowWords>;
  readonly isMenuOpen: boolean;
  readonly now: number;
  readonly onOpen: (connection: Connection) => void;
  readonly onMenu: (connection: Connection, anchor: HTMLElement) => void;
}

/** One connection of the list. It is drawn again only when something of it changed. */
export const ConnectionRow = memo(function ConnectionRow({
  connection,
  service,
  words,
  isMenuOpen,
  now,
  onOpen,
  onMenu,
  ...row
}: ConnectionRowProps) {
  const more = useRef<HTMLButtonElement>(null);
  const { displayName: name, scope, shadowedBy, updatedAt } = connection;
  return (
    <tr
      {...rowAttributes(row)}
      onContextMenu={(event) => {
        event.preventDefault();
        if (more.current) onMenu(connection, more.current);
      }}
    >
      <td data-cell="name" className="flex min-w-0 items-center gap-3">
        <ProviderIcon icon={service.icon} />
        <div className="min-w-0">
          <button
            {...rowButton(row, 0)}
            aria-label={words.open(name)}
            onClick={() => onOpen(connection)}
            className="row-opener block max-w-full text-left"
          >
            <span title={name} className="relative block truncate leading-5 font-medium">
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
      <td data-cell="place" className="truncate text-muted">
        {words.scope(scope)}
      </td>
      <td data-cell="changed" className="truncate text-muted">
        <time dateTime={updatedAt} title={words.exact(updatedAt)} className="relative">
          {words.relative(updatedAt, now)}
        </time>
      </td>
      <td data-cell="actions" className="relative flex justify-end">
        <button
          {...rowButton(row, 1)}
          ref={more}
          aria-label={words.more(name)}
          aria-haspopup="menu"
          aria-expanded={isMenuOpen}
          onClick={(event) => onMenu(connection, event.currentTarget)}
          className="inline-flex size-8 items-center justify-center rounded-md text-muted transition-colors hover:bg-selected hover:text-ink"
        >
          <OutlineIcon name="ellipsis" />
        </button>
      </td>
    </tr>
  );
});

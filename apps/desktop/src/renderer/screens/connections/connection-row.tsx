import type { Connection } from "@latchkey/api-contracts/connections";
import { MoreHorizontal } from "lucide-react";
import { type KeyboardEvent, type Ref, useRef } from "react";
import { useTranslation } from "react-i18next";
import { ProviderIcon } from "../../components/provider-icon.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { StateWord } from "./state-word.tsx";

export interface ConnectionRowProps {
  readonly connection: Connection;
  readonly service: { readonly title: string; readonly icon: string | undefined };
  readonly isMenuOpen: boolean;
  readonly index: number;
  /** **Units** pixels from the top of the list. */
  readonly offset: number;
  readonly now: number;
  /** The button of this row that Tab leads to; undefined in all rows but one. */
  readonly activeColumn: number | undefined;
  readonly onActivate: (column: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onOpen: () => void;
  readonly onMenu: (anchor: HTMLElement) => void;
  readonly ref: Ref<HTMLTableRowElement>;
}

export function ConnectionRow({
  connection,
  service,
  index,
  offset,
  now,
  activeColumn,
  ref,
  ...on
}: ConnectionRowProps) {
  const { t } = useTranslation();
  const more = useRef<HTMLButtonElement>(null);
  const { displayName: name, scope, shadowedBy, updatedAt } = connection;
  return (
    <tr
      ref={ref}
      aria-rowindex={index + 2}
      data-index={index}
      onContextMenu={(event) => {
        event.preventDefault();
        if (more.current) on.onMenu(more.current);
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
            aria-label={t("connections.open", { name })}
            data-column={0}
            tabIndex={activeColumn === 0 ? 0 : -1}
            onFocus={() => on.onActivate(0)}
            onKeyDown={on.onKeyDown}
            onClick={on.onOpen}
            className="block max-w-full rounded text-left before:absolute before:inset-0"
          >
            <span title={name} className="block truncate leading-5 font-medium">
              {name}
            </span>
          </button>
          <span className="block truncate text-xs leading-5 text-muted">
            {shadowedBy ? t("connections.shadowed") : service.title}
          </span>
        </div>
      </td>
      <td data-cell="state" className="min-w-0">
        <StateWord connection={connection} now={now} />
      </td>
      <td data-cell="scope" className="truncate text-muted">
        {t(`connections.scope.${scope}`)}
      </td>
      <td data-cell="changed" className="truncate text-muted">
        <RelativeTime at={updatedAt} now={now} />
      </td>
      <td data-cell="actions" className="relative flex justify-end">
        <button
          ref={more}
          type="button"
          aria-label={t("connections.more", { name })}
          aria-haspopup="menu"
          aria-expanded={on.isMenuOpen}
          data-column={1}
          tabIndex={activeColumn === 1 ? 0 : -1}
          onFocus={() => on.onActivate(1)}
          onKeyDown={on.onKeyDown}
          onClick={(event) => on.onMenu(event.currentTarget)}
          className="inline-flex size-8 items-center justify-center rounded-md text-muted transition-colors hover:bg-selected hover:text-ink"
        >
          <MoreHorizontal aria-hidden className="size-4" />
        </button>
      </td>
    </tr>
  );
}

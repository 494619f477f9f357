import type { Connection } from "@latchkey/api-contracts/connections";
import type { KeyboardEvent, Ref } from "react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RelativeTime } from "../../components/relative-time.tsx";
import { ProviderIcon } from "./provider-look.tsx";
import { type RowAction, RowMenu } from "./row-menu.tsx";
import { StateWord } from "./state-word.tsx";

export interface ConnectionRowProps {
  readonly connection: Connection;
  readonly service: { readonly title: string; readonly icon: string | undefined };
  readonly hasWorkspace: boolean;
  readonly index: number;
  /** **Units** pixels from the top of the list. */
  readonly offset: number;
  readonly now: number;
  /** The button of this row that Tab leads to; undefined in all rows but one. */
  readonly activeColumn: number | undefined;
  readonly onActivate: (column: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onAction: (action: RowAction) => void;
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
  const [isMenuOpen, setIsMenuOpen] = useState(false);
  const { displayName: name, scope, shadowedBy, updatedAt } = connection;
  return (
    <tr
      ref={ref}
      aria-rowindex={index + 2}
      data-index={index}
      onContextMenu={(event) => {
        event.preventDefault();
        setIsMenuOpen(true);
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
            onClick={() => on.onAction("open")}
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
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys of the one button in it */}
      <td
        data-cell="actions"
        className="relative flex justify-end"
        onFocus={() => on.onActivate(1)}
        onKeyDown={(event) => {
          if (!isMenuOpen) on.onKeyDown(event);
        }}
      >
        <RowMenu
          connection={connection}
          hasWorkspace={on.hasWorkspace}
          isOpen={isMenuOpen}
          tabIndex={activeColumn === 1 ? 0 : -1}
          onOpen={setIsMenuOpen}
          onAction={on.onAction}
        />
      </td>
    </tr>
  );
}

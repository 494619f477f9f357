import type { KeyboardEvent, Ref } from "react";
import { useTranslation } from "react-i18next";
import { StatusWord } from "../../components/status-word.tsx";
import { useFormat } from "../../text/use-format.ts";
import type { ActivityRow } from "./group-repeats.ts";
import { tones, useEventWords } from "./use-event-words.ts";

export interface ActivityRowViewProps {
  readonly row: ActivityRow;
  readonly index: number;
  /** **Units** pixels from the top of the list. */
  readonly offset: number;
  /** Whether Tab leads to this row. */
  readonly isActive: boolean;
  readonly onActivate: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onOpen: () => void;
  readonly ref: Ref<HTMLTableRowElement>;
}

export function ActivityRowView({ row, index, offset, isActive, ref, ...on }: ActivityRowViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const words = useEventWords();
  const { event } = row.newest;
  const object = words.object(event);
  return (
    <tr
      ref={ref}
      aria-rowindex={index + 2}
      data-index={index}
      className={`activity-row absolute inset-x-0 top-0 border-line px-4 py-2 hover:bg-hover ${index > 0 ? "border-t" : ""}`}
      style={{ transform: `translateY(${offset}px)` }}
    >
      <td data-cell="time" className="truncate text-muted">
        {/* The button reaches over the whole row. */}
        <button
          type="button"
          data-row
          tabIndex={isActive ? 0 : -1}
          aria-haspopup="dialog"
          aria-label={t("activity.open", {
            action: words.action(event),
            object: object || words.actor(event.actor),
          })}
          onFocus={on.onActivate}
          onKeyDown={on.onKeyDown}
          onClick={on.onOpen}
          className="block w-full truncate rounded text-left before:absolute before:inset-0"
        >
          <time dateTime={event.occurredAt}>{format.moment(event.occurredAt)}</time>
        </button>
      </td>
      <td data-cell="actor" title={words.actor(event.actor)} className="truncate">
        {words.actor(event.actor)}
      </td>
      <td data-cell="action" title={words.action(event)} className="truncate font-medium">
        {words.action(event)}
      </td>
      <td data-cell="object" title={object} className="truncate font-mono text-[0.8125rem]">
        {object}
      </td>
      <td data-cell="result" className="flex min-w-0 items-center gap-1.5">
        <StatusWord tone={tones[event.outcome]}>{t(`activity.outcome.${event.outcome}`)}</StatusWord>
        {row.count > 1 && (
          <span
            title={t("activity.times", { count: row.count })}
            className="rounded-full bg-selected px-1.5 text-xs leading-5 whitespace-nowrap"
          >
            <span aria-hidden>×{format.number(row.count)}</span>
            <span className="sr-only">{t("activity.times", { count: row.count })}</span>
          </span>
        )}
      </td>
      <td data-cell="scope" className="truncate text-muted">
        {event.scope && t(`activity.scope.${event.scope}`)}
      </td>
    </tr>
  );
}

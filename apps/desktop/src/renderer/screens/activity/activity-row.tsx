import { type KeyboardEvent, memo } from "react";
import { StatusWord } from "../../components/status-word.tsx";
import type { useFormat } from "../../text/use-format.ts";
import type { ActivityRow } from "./group-repeats.ts";
import { tones, type useEventWords } from "./use-event-words.ts";

export interface ActivityRowViewProps {
  readonly row: ActivityRow;
  /** Both are the list's, because hundreds of rows come and go while it is scrolled. */
  readonly words: ReturnType<typeof useEventWords>;
  readonly format: ReturnType<typeof useFormat>;
  readonly index: number;
  /** **Units** pixels from the top of the list. */
  readonly offset: number;
  /** Whether Tab leads to this row. */
  readonly isActive: boolean;
  readonly onActivate: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onOpen: (row: ActivityRow) => void;
}

/** One row of the log. It is drawn again only when something of it changed. */
export const ActivityRowView = memo(function ActivityRowView({
  row,
  words,
  format,
  index,
  offset,
  isActive,
  ...on
}: ActivityRowViewProps) {
  const { event } = row.newest;
  const [actor, action, object] = [words.actor(event.actor), words.action(event), words.object(event)];
  return (
    <tr
      aria-rowindex={index + 2}
      data-index={index}
      className={`activity-row absolute inset-x-0 top-0 border-line px-4 hover:bg-hover ${index > 0 ? "border-t" : ""}`}
      style={{ transform: `translateY(${offset}px)` }}
    >
      <td data-cell="time" title={format.exact(event.occurredAt)} className="truncate text-muted">
        <time dateTime={event.occurredAt}>{format.moment(event.occurredAt)}</time>
      </td>
      <td data-cell="actor" title={actor} className="truncate">
        {actor}
      </td>
      <td data-cell="action" className="truncate font-medium">
        {/* The button reaches over the whole row. */}
        <button
          type="button"
          data-row
          tabIndex={isActive ? 0 : -1}
          aria-haspopup="dialog"
          aria-label={`${action}: ${object || actor}`}
          onFocus={() => on.onActivate(index)}
          onKeyDown={on.onKeyDown}
          onClick={() => on.onOpen(row)}
          className="block w-full truncate rounded text-left before:absolute before:inset-0"
        >
          {action}
        </button>
      </td>
      <td data-cell="object" title={object} className="truncate font-mono text-[0.8125rem]">
        {object}
      </td>
      <td data-cell="result" className="flex min-w-0 items-center gap-1.5">
        <StatusWord tone={tones[event.outcome]}>{words.outcome(event)}</StatusWord>
        {row.count > 1 && <Count row={row} words={words} format={format} />}
      </td>
      <td data-cell="scope" className="truncate text-muted">
        {words.scope(event)}
      </td>
    </tr>
  );
});

function Count({ row, words, format }: Pick<ActivityRowViewProps, "row" | "words" | "format">) {
  const times = words.times(row.count);
  return (
    <span title={times} className="rounded-full bg-selected px-1.5 text-xs leading-5 whitespace-nowrap">
      <span aria-hidden>×{format.number(row.count)}</span>
      <span className="sr-only">{times}</span>
    </span>
  );
}

import { memo } from "react";
import { type ListRowProps, rowAttributes, rowButton } from "../../components/list-row.ts";
import { StatusWord } from "../../components/status-word.tsx";
import type { useFormat } from "../../text/use-format.ts";
import type { ActivityRow } from "./group-repeats.ts";
import { tones, type useEventWords } from "./use-event-words.ts";

export interface ActivityRowViewProps extends ListRowProps {
  readonly entry: ActivityRow;
  /** Both are the list's, because hundreds of rows come and go while it is scrolled. */
  readonly words: ReturnType<typeof useEventWords>;
  readonly format: ReturnType<typeof useFormat>;
  readonly onOpen: (entry: ActivityRow) => void;
}

/** One row of the log. It is drawn again only when something of it changed. */
export const ActivityRowView = memo(function ActivityRowView({
  entry,
  words,
  format,
  onOpen,
  ...row
}: ActivityRowViewProps) {
  const { event } = entry.newest;
  const [actor, action, object] = [words.actor(event.actor), words.action(event), words.object(event)];
  return (
    <tr {...rowAttributes(row)}>
      <td data-cell="time" title={format.exact(event.occurredAt)} className="truncate text-muted">
        <time dateTime={event.occurredAt}>{format.moment(event.occurredAt)}</time>
      </td>
      <td data-cell="actor" title={actor} className="truncate">
        {words.shortActor(event.actor)}
      </td>
      <td data-cell="action" className="truncate font-medium">
        <button
          {...rowButton(row, 0)}
          aria-haspopup="dialog"
          aria-label={`${action}: ${object || actor}`}
          onClick={() => onOpen(entry)}
          className="row-opener block w-full truncate text-left"
        >
          {action}
        </button>
      </td>
      <td data-cell="object" title={object} className="truncate font-mono text-[0.8125rem]">
        {object}
      </td>
      <td data-cell="result" className="flex min-w-0 items-center gap-1.5">
        <StatusWord tone={tones[event.outcome]}>{words.outcome(event)}</StatusWord>
        {entry.count > 1 && <Count entry={entry} words={words} format={format} />}
      </td>
      <td data-cell="scope" className="truncate text-muted">
        {words.scope(event)}
      </td>
    </tr>
  );
});

function Count({ entry, words, format }: Pick<ActivityRowViewProps, "entry" | "words" | "format">) {
  const times = words.times(entry.count);
  return (
    <span title={times} className="rounded-full bg-selected px-1.5 text-xs leading-5 whitespace-nowrap">
      <span aria-hidden>×{format.number(entry.count)}</span>
      <span className="sr-only">{times}</span>
    </span>
  );
}

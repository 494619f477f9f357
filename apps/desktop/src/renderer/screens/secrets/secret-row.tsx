import type { SecretMetadata, SecretState } from "@latchkey/api-contracts/secrets";
import { type KeyboardEvent, memo } from "react";
import { OutlineIcon } from "../../components/outline-icon.tsx";
import { StatusWord, type Tone } from "../../components/status-word.tsx";
import type { SecretRequest } from "./secret-dialogs.tsx";
import type { useRowWords } from "./use-row-words.ts";

const tones: Record<SecretState, Tone> = { present: "ok", absent: "danger", unreadable: "warn" };

const buttonLook =
  "inline-flex size-8 items-center justify-center rounded-md text-muted transition-colors hover:bg-selected hover:text-ink";

export interface SecretRowProps {
  readonly secret: SecretMetadata;
  /** The list's, because many rows come and go while it is scrolled. */
  readonly words: ReturnType<typeof useRowWords>;
  readonly index: number;
  /** **Units** pixels from the top of the list. */
  readonly offset: number;
  readonly now: number;
  /** The button of this row that Tab leads to; undefined in all rows but one. */
  readonly activeColumn: number | undefined;
  readonly onActivate: (index: number, column: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onRequest: (request: SecretRequest) => void;
}

/** One secret of the list. It is drawn again only when something of it changed. */
export const SecretRow = memo(function SecretRow({
  secret,
  words,
  index,
  offset,
  now,
  activeColumn,
  ...on
}: SecretRowProps) {
  const { key } = secret;
  const buttonFor = (column: number, kind: "open" | "replace" | "remove") => ({
    "data-column": column,
    tabIndex: activeColumn === column ? 0 : -1,
    onFocus: () => on.onActivate(index, column),
    onKeyDown: on.onKeyDown,
    onClick: () => on.onRequest({ kind, key }),
  });
  return (
    <tr
      aria-rowindex={index + 2}
      data-index={index}
      className={`secret-row absolute inset-x-0 top-0 border-line px-4 py-2 hover:bg-hover ${index > 0 ? "border-t" : ""}`}
      style={{ transform: `translateY(${offset}px)` }}
    >
      <td data-cell="key">
        {/* The button reaches over the whole row, below the other buttons. */}
        <button
          type="button"
          aria-label={words.open(key)}
          className="block w-full rounded text-left before:absolute before:inset-0"
          {...buttonFor(0, "open")}
        >
          <span title={key} className="block truncate font-mono text-[0.8125rem] leading-5 font-medium">
            {key}
          </span>
        </button>
        <span className="block truncate font-mono text-xs leading-5 text-muted">{secret.envName}</span>
      </td>
      <td data-cell="stored" className="leading-5">
        <span className="block truncate">{words.backend(secret)}</span>
        <span
          className={`block truncate text-xs leading-5 ${secret.protection === "none" ? "text-warn" : "text-muted"}`}
        >
          {words.protection(secret)}
        </span>
      </td>
      <td data-cell="state" className="min-w-0">
        <StatusWord tone={secret.isPending ? "busy" : tones[secret.state]}>{words.state(secret)}</StatusWord>
      </td>
      <td data-cell="changed" className="truncate text-muted">
        <time dateTime={secret.updatedAt} title={words.exact(secret.updatedAt)} className="relative">
          {words.relative(secret.updatedAt, now)}
        </time>
      </td>
      <td data-cell="actions" className="relative flex justify-end gap-0.5">
        <button
          type="button"
          aria-label={words.replace(key)}
          data-hint={words.replaceHint}
          className={buttonLook}
          {...buttonFor(1, "replace")}
        >
          <OutlineIcon name="pencil" />
        </button>
        <button
          type="button"
          aria-label={words.remove(key)}
          data-hint={words.removeHint}
          className={buttonLook}
          {...buttonFor(2, "remove")}
        >
          <OutlineIcon name="trash" />
        </button>
      </td>
    </tr>
  );
});

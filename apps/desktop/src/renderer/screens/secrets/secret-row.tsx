import type { SecretMetadata, SecretState } from "@latchkey/api-contracts/secrets";
import { memo } from "react";
import { type ListRowProps, rowAttributes, rowButton } from "../../components/list-row.ts";
import { OutlineIcon } from "../../components/outline-icon.tsx";
import { StatusWord, type Tone } from "../../components/status-word.tsx";
import type { SecretRequest } from "./secret-dialogs.tsx";
import type { useRowWords } from "./use-row-words.ts";

const tones: Record<SecretState, Tone> = { present: "ok", absent: "danger", unreadable: "warn" };

const buttonLook =
  "inline-flex size-8 items-center justify-center rounded-md text-muted transition-colors hover:bg-selected hover:text-ink";

export interface SecretRowProps extends ListRowProps {
  readonly secret: SecretMetadata;
  /** The list's, because many rows come and go while it is scrolled. */
  readonly words: ReturnType<typeof useRowWords>;
  readonly now: number;
  readonly onRequest: (request: SecretRequest) => void;
}

/** One secret of the list. It is drawn again only when something of it changed. */
export const SecretRow = memo(function SecretRow({ secret, words, now, onRequest, ...row }: SecretRowProps) {
  const { key } = secret;
  const buttonFor = (column: number, kind: "open" | "replace" | "remove") => ({
    ...rowButton(row, column),
    onClick: () => onRequest({ kind, key }),
  });
  return (
    <tr {...rowAttributes(row)}>
      <td data-cell="name">
        <button
          aria-label={words.open(key)}
          className="row-opener block w-full text-left"
          {...buttonFor(0, "open")}
        >
          <span
            title={key}
            className="relative block truncate font-mono text-[0.8125rem] leading-5 font-medium"
          >
            {key}
          </span>
        </button>
        <span className="block truncate font-mono text-xs leading-5 text-muted">{secret.envName}</span>
      </td>
      <td data-cell="place" className="leading-5">
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
          aria-label={words.replace(key)}
          data-hint={words.replaceHint}
          className={buttonLook}
          {...buttonFor(1, "replace")}
        >
          <OutlineIcon name="pencil" />
        </button>
        <button
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

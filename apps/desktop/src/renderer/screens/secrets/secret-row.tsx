import type { SecretMetadata, SecretState } from "@latchkey/api-contracts/secrets";
import { Pencil, Trash2 } from "lucide-react";
import type { KeyboardEvent, Ref } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../components/icon-button.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { StatusWord, type Tone } from "../../components/status-word.tsx";
import type { SecretRequest } from "./secret-dialogs.tsx";

const tones: Record<SecretState, Tone> = { present: "ok", absent: "danger", unreadable: "warn" };

export interface SecretRowProps {
  readonly secret: SecretMetadata;
  readonly index: number;
  /** **Units** pixels from the top of the list. */
  readonly offset: number;
  readonly now: number;
  /** The button of this row that Tab leads to; undefined in all rows but one. */
  readonly activeColumn: number | undefined;
  readonly onActivate: (column: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onRequest: (request: SecretRequest) => void;
  readonly ref: Ref<HTMLTableRowElement>;
}

export function SecretRow({ secret, index, offset, now, activeColumn, ref, ...on }: SecretRowProps) {
  const { t } = useTranslation();
  const { key } = secret;
  const buttonFor = (column: number, kind: "open" | "replace" | "remove") => ({
    "data-column": column,
    tabIndex: activeColumn === column ? 0 : -1,
    onFocus: () => on.onActivate(column),
    onKeyDown: on.onKeyDown,
    onClick: () => on.onRequest({ kind, key }),
  });
  return (
    <tr
      ref={ref}
      aria-rowindex={index + 2}
      data-index={index}
      className={`secret-row absolute inset-x-0 top-0 border-line px-4 py-2 hover:bg-hover ${index > 0 ? "border-t" : ""}`}
      style={{ transform: `translateY(${offset}px)` }}
    >
      <td data-cell="key">
        {/* The button reaches over the whole row, below the other buttons. */}
        <button
          type="button"
          aria-label={t("secrets.open", { key })}
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
        <span className="block truncate">{t(`storage.backend.${secret.storageBackend}`)}</span>
        <span
          className={`block truncate text-xs leading-5 ${secret.protection === "none" ? "text-warn" : "text-muted"}`}
        >
          {t(`storage.protection.${secret.protection}`)}
        </span>
      </td>
      <td data-cell="state" className="min-w-0">
        {secret.isPending ? (
          <StatusWord tone="busy">{t("secrets.notInUse")}</StatusWord>
        ) : (
          <StatusWord tone={tones[secret.state]}>{t(`secrets.state.${secret.state}`)}</StatusWord>
        )}
      </td>
      <td data-cell="changed" className="truncate text-muted">
        <RelativeTime at={secret.updatedAt} now={now} />
      </td>
      <td data-cell="actions" className="relative flex justify-end gap-0.5">
        <IconButton
          label={t("secrets.replaceKey", { key })}
          hint={t("common.replace")}
          {...buttonFor(1, "replace")}
        >
          <Pencil aria-hidden className="size-4" />
        </IconButton>
        <IconButton
          label={t("secrets.removeKey", { key })}
          hint={t("common.remove")}
          {...buttonFor(2, "remove")}
        >
          <Trash2 aria-hidden className="size-4" />
        </IconButton>
      </td>
    </tr>
  );
}

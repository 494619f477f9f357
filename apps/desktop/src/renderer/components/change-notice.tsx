import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { desktopQuery } from "../data/queries.ts";
import { useDesktopAction } from "../data/use-desktop-action.ts";
import { useFormat } from "../text/use-format.ts";
import { Button } from "./button.tsx";
import { ErrorNotice, Notice } from "./notice.tsx";

export interface ChangeNoticeProps {
  /** Opens the form for another value; without it there is no such button. */
  readonly onEdit?: (key: string) => void;
}

/** Stands above a screen while a change is stored but not in use: why, what the server printed, what to do. */
export function ChangeNotice({ onEdit }: ChangeNoticeProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data } = useQuery(desktopQuery);
  const { error, buttonFor } = useDesktopAction();
  const change = data?.change;
  if (change?.status !== "pending") return null;
  const { keys, reason, logTail } = change;
  const [key] = keys;

  return (
    <output aria-label={t("change.label")} className="flex flex-col gap-2">
      <Notice
        look="warn"
        title={t("change.title", { keys: format.keys(keys) })}
        actions={
          <>
            <Button isSmall {...buttonFor("retryChange")}>
              {t("change.retry")}
            </Button>
            {onEdit && key && keys.length === 1 && (
              <Button isSmall onClick={() => onEdit(key)}>
                {t("change.edit")}
              </Button>
            )}
            <Button isSmall {...buttonFor("discardChange")}>
              {t("change.discard")}
            </Button>
          </>
        }
      >
        <p>
          {t(`change.reason.${reason}`)} {reason !== "not-stored" && t("change.servesOn")}
        </p>
        {logTail.length > 0 && (
          <details className="mt-1">
            <summary className="cursor-pointer">{t("change.lines")}</summary>
            <pre className="mt-1 max-h-40 overflow-auto font-mono text-xs leading-5 break-words whitespace-pre-wrap">
              {logTail.join("\n")}
            </pre>
          </details>
        )}
      </Notice>
      {error && <ErrorNotice title={t("errors.title")} error={error} />}
    </output>
  );
}

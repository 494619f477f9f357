import { FolderOpen, Play, RotateCw, Square } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { useDesktopAction } from "../../data/use-desktop-action.ts";

/** Restart and stop, or start; and the way to the logs. An error of a step stays until the next step. */
export function ServerActions({ canStart }: { readonly canStart: boolean }) {
  const { t } = useTranslation();
  const { error, buttonFor } = useDesktopAction();

  return (
    <>
      <div className="flex flex-wrap gap-2">
        {canStart ? (
          <Button look="primary" {...buttonFor("restartServer")}>
            <Play aria-hidden className="size-4" />
            {t("server.start")}
          </Button>
        ) : (
          <>
            <Button {...buttonFor("restartServer")}>
              <RotateCw aria-hidden className="size-4" />
              {t("server.restart")}
            </Button>
            <Button {...buttonFor("stopServer")}>
              <Square aria-hidden className="size-3.5" />
              {t("server.stop")}
            </Button>
          </>
        )}
        <Button {...buttonFor("openLogsFolder")}>
          <FolderOpen aria-hidden className="size-4" />
          {t("server.openLogs")}
        </Button>
      </div>
      {error && (
        <div className="w-full">
          <ErrorNotice title={t("errors.title")} error={error} />
        </div>
      )}
    </>
  );
}

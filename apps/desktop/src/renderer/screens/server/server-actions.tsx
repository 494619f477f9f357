import type { ErrorData } from "@latchkey/api-contracts/error-data";
import { FolderOpen, Play, RotateCw, Square } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { bridge } from "../../data/bridge.ts";
import { asErrorData } from "../../text/error-text.ts";

type Action = "restartServer" | "stopServer" | "openLogsFolder";

/** Restart and stop, or start; and the way to the logs. An error of a step stays until the next step. */
export function ServerActions({ canStart }: { readonly canStart: boolean }) {
  const { t } = useTranslation();
  const [running, setRunning] = useState<Action>();
  const [error, setError] = useState<ErrorData>();

  async function run(action: Action) {
    setRunning(action);
    setError(undefined);
    try {
      await bridge.desktop[action]();
    } catch (thrown) {
      setError(asErrorData(thrown));
    } finally {
      setRunning((current) => (current === action ? undefined : current));
    }
  }
  const buttonFor = (action: Action) => ({ isBusy: running === action, onClick: () => void run(action) });

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

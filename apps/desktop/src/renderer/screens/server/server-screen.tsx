import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { ChangeNotice } from "../../components/change-notice.tsx";
import { Loading } from "../../components/loading.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { desktopQuery } from "../../data/queries.ts";
import { ScreenTitle } from "../../frame/screen-title.tsx";
import { asErrorData } from "../../text/error-text.ts";
import { useNow } from "../../text/use-now.ts";
import { LogTail } from "./log-tail.tsx";
import { ServerCard } from "./server-card.tsx";
import { serverView } from "./server-view.ts";

/** The server process: its state and reason, what to do about it, and its last lines. */
export function ServerScreen() {
  const { t } = useTranslation();
  const { data, error, refetch, isPending } = useQuery(desktopQuery);
  const now = useNow(data && serverView(data).isTicking ? 1_000 : 30_000);
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-5 p-6">
      <ScreenTitle title={t("server.title")} intro={t("server.intro")} />
      {isPending && <Loading onRetry={() => void refetch()} />}
      {error && (
        <ErrorNotice
          title={t("storageError.server")}
          error={asErrorData(error)}
          actions={<Button onClick={() => void refetch()}>{t("common.tryAgain")}</Button>}
        />
      )}
      {data && (
        <>
          <ChangeNotice />
          <ServerCard state={data} now={now} />
          <LogTail lines={data.server.logTail} />
        </>
      )}
    </div>
  );
}

import { useNavigate, useSearch } from "@tanstack/react-router";
import { History } from "lucide-react";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Loading } from "../../components/loading.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { ScreenTitle } from "../../frame/screen-title.tsx";
import { asErrorData } from "../../text/error-text.ts";
import { ActivityDetails } from "./activity-details.tsx";
import { ActivityFilters } from "./activity-filters.tsx";
import { ActivityGrid } from "./activity-grid.tsx";
import type { ActivitySearch } from "./activity-search.ts";
import { ExportButtons } from "./export-buttons.tsx";
import type { ActivityRow } from "./group-repeats.ts";
import { Integrity } from "./integrity.tsx";
import { UnrecordedNotice } from "./unrecorded-notice.tsx";
import { useRows } from "./use-rows.ts";

/** Who did what and when: the activity log, newest first. */
export function ActivityScreen() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/activity" });
  const navigate = useNavigate();
  const { rows, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useRows(search);
  const isReady = !isFetchingNextPage && !error;
  const [opened, setOpened] = useState<ActivityRow>();
  const [shown, setShown] = useState<ActivityRow>();
  if (opened && shown !== opened) setShown(opened);
  const isFiltered = Object.keys(search).length > 0;
  const setSearch = (next: ActivitySearch) => void navigate({ to: "/activity", search: next, replace: true });
  const more = useCallback(() => {
    if (isReady) void fetchNextPage();
  }, [isReady, fetchNextPage]);

  return (
    <div className="mx-auto flex h-full max-w-6xl flex-col gap-4 p-6">
      <ScreenTitle
        title={t("activity.title")}
        intro={t("activity.intro")}
        action={<ExportButtons search={search} />}
      />
      <UnrecordedNotice />
      <Integrity />
      <ActivityFilters search={search} onChange={setSearch} />
      {isPending && <Loading onRetry={() => void refetch()} />}
      {error && (
        <ErrorNotice
          title={t("activity.notLoaded")}
          error={asErrorData(error)}
          actions={<Button onClick={() => void refetch()}>{t("common.tryAgain")}</Button>}
        />
      )}
      {rows && rows.length > 0 && (
        <ActivityGrid rows={rows} isWhole={!hasNextPage} onMore={more} onOpen={setOpened} />
      )}
      {rows?.length === 0 && (
        <EmptyState
          icon={<History className="size-6" />}
          text={t(isFiltered ? "activity.noMatch" : "activity.empty")}
          action={
            isFiltered ? <Button onClick={() => setSearch({})}>{t("activity.filter.clear")}</Button> : null
          }
        />
      )}
      {shown && (
        <ActivityDetails
          row={shown}
          isOpen={opened !== undefined}
          onClose={() => setOpened(undefined)}
          onClosed={() => setShown(undefined)}
        />
      )}
    </div>
  );
}

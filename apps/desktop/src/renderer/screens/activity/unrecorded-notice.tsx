import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Notice } from "../../components/notice.tsx";
import { activityStatusQuery } from "../../data/activity.ts";

/** Says that steps go on without a record, as long as they do. */
export function UnrecordedNotice() {
  const { t } = useTranslation();
  const { data } = useQuery(activityStatusQuery);
  if (!data?.unrecorded) return null;
  return (
    <div role="alert">
      <Notice look="danger" title={t("activity.unrecorded.title")}>
        {t("activity.unrecorded.body", { count: data.unrecorded })}
      </Notice>
    </div>
  );
}

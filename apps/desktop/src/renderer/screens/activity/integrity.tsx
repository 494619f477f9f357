import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { StatusWord } from "../../components/status-word.tsx";
import { verificationQuery } from "../../data/activity.ts";
import { asErrorData } from "../../text/error-text.ts";
import { useFormat } from "../../text/use-format.ts";

/** How far the log was checked, and what was found. */
export function Integrity() {
  const { t } = useTranslation();
  const { number } = useFormat();
  const { data, error, isFetching, refetch } = useQuery({ ...verificationQuery, refetchOnMount: "always" });
  const again = (
    <Button isSmall isBusy={isFetching} onClick={() => void refetch()}>
      {t("activity.integrity.check")}
    </Button>
  );
  if (error) {
    return <ErrorNotice title={t("activity.integrity.failed")} error={asErrorData(error)} actions={again} />;
  }
  if (!data) return <p className="text-muted">{t("activity.integrity.checking")}</p>;
  const { problem, verifiedTo, droppedTo, losses, head } = data;
  const seq = number(verifiedTo ?? 0);
  if (problem) {
    const place = {
      segment: number(problem.segment),
      line: problem.line === null ? "?" : number(problem.line),
      seq: problem.seq === null ? "?" : number(problem.seq),
    };
    return (
      <div role="alert">
        <Notice look="danger" title={t("activity.integrity.broken")} actions={again}>
          {t(`activity.integrity.problem.${problem.what}`, place)}
          {verifiedTo !== null && ` ${t("activity.integrity.before", { seq })}`}
        </Notice>
      </div>
    );
  }
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <StatusWord tone="ok">{t("activity.integrity.verified", { seq })}</StatusWord>
      {droppedTo !== null && (
        <span className="text-muted">{t("activity.integrity.dropped", { seq: number(droppedTo) })}</span>
      )}
      {losses > 0 && <span className="text-warn">{t("activity.integrity.losses")}</span>}
      {(head === "missing" || head === "unreachable" || head === "outdated") && (
        <span className="text-muted">{t(`activity.integrity.head.${head}`)}</span>
      )}
      {again}
    </div>
  );
}

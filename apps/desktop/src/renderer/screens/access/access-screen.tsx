import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { Loading } from "../../components/loading.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { consentQuery, extensionsQuery } from "../../data/access.ts";
import { ScreenTitle } from "../../frame/screen-title.tsx";
import { asErrorData } from "../../text/error-text.ts";
import { useNow } from "../../text/use-now.ts";
import { ExtensionList } from "./extension-list.tsx";
import { GrantList } from "./grant-list.tsx";
import { useShowQuestion } from "./use-show-question.ts";

/** Who may use what, and the extensions that ask: the decisions, and the way to take them back. */
export function AccessScreen() {
  const { t } = useTranslation();
  const consent = useQuery(consentQuery);
  const extensions = useQuery(extensionsQuery);
  const now = useNow(30_000);
  const showQuestion = useShowQuestion();
  const error = consent.error ?? extensions.error;
  const isOff = error && asErrorData(error).code === "connections.off";
  const retry = () => {
    void consent.refetch();
    void extensions.refetch();
  };

  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-5 p-6">
      <ScreenTitle title={t("access.title")} intro={t("access.intro")} />
      {(consent.isPending || extensions.isPending) && <Loading onRetry={retry} />}
      {isOff && <Notice look="info">{t("access.off")}</Notice>}
      {error && !isOff && (
        <ErrorNotice
          title={t("access.notLoaded")}
          error={asErrorData(error)}
          actions={<Button onClick={retry}>{t("common.tryAgain")}</Button>}
        />
      )}
      {consent.data?.isDamaged && <Notice look="warn">{t("access.damaged")}</Notice>}
      {consent.data && consent.data.waiting > 0 && (
        <Notice look="info" actions={<Button onClick={showQuestion}>{t("access.showQuestion")}</Button>}>
          {t("access.waiting", { count: consent.data.waiting })}
        </Notice>
      )}
      {consent.data && (
        <GrantList grants={consent.data.consents} extensions={extensions.data ?? []} now={now} />
      )}
      {extensions.data && <ExtensionList extensions={extensions.data} />}
    </div>
  );
}

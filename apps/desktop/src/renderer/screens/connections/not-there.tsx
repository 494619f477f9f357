import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Notice } from "../../components/notice.tsx";
import { ScreenTitle } from "../../frame/screen-title.tsx";

/** A connection or a provider that is gone. */
export function NotThere() {
  const { t } = useTranslation();
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-4 p-6">
      <ScreenTitle title={t("connections.title")} intro={t("connections.intro")} />
      <Notice look="info">{t("errors.connections.absent")}</Notice>
      <BackToList />
    </div>
  );
}

/** The way to the list, to a row of it. */
export function BackToList({ row }: { readonly row?: string }) {
  const { t } = useTranslation();
  return (
    <Link
      to="/connections"
      {...(row !== undefined && { state: { row } })}
      className="inline-flex min-h-6 w-fit items-center rounded text-accent-ink underline-offset-2 hover:underline"
    >
      {t("connections.back")}
    </Link>
  );
}

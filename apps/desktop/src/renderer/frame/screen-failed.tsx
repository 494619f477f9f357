import { useTranslation } from "react-i18next";
import { Button } from "../components/button.tsx";
import { Notice } from "../components/notice.tsx";

/** Stands in for a screen that threw. It shows nothing of the error, whose text is not redacted. */
export function ScreenFailed() {
  const { t } = useTranslation();
  return (
    <div role="alert" className="p-6">
      <h1 className="sr-only">{t("errors.title")}</h1>
      <Notice
        look="danger"
        actions={<Button onClick={() => window.location.reload()}>{t("frame.reload")}</Button>}
      >
        {t("frame.failed")}
      </Notice>
    </div>
  );
}

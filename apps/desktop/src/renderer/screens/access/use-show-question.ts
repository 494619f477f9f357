import { useTranslation } from "react-i18next";
import { announceFailed } from "../../components/toasts.tsx";
import { bridge } from "../../data/bridge.ts";
import { asErrorData, errorText } from "../../text/error-text.ts";

/** Brings the window of the waiting question to the front. */
export function useShowQuestion(): () => void {
  const { t } = useTranslation();
  return () =>
    void bridge.consent
      .showQuestion()
      .catch((thrown: unknown) =>
        announceFailed(t("access.questionNotShown"), errorText(t, asErrorData(thrown))),
      );
}

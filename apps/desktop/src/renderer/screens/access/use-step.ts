import { useState } from "react";
import { useTranslation } from "react-i18next";
import { announceDone, announceFailed } from "../../components/toasts.tsx";
import { asErrorData, errorText } from "../../text/error-text.ts";

interface Step {
  /** Which button runs. */
  readonly id: string;
  readonly call: () => Promise<unknown>;
  readonly done: string;
  readonly failed: string;
}

/** Runs what a button of a row does, says what came of it, and keeps the button from being pressed twice. */
export function useStep() {
  const { t } = useTranslation();
  const [running, setRunning] = useState<string>();

  async function run({ id, call, done, failed }: Step): Promise<void> {
    setRunning(id);
    try {
      await call();
      announceDone(done);
    } catch (thrown) {
      announceFailed(failed, errorText(t, asErrorData(thrown)));
    } finally {
      setRunning((current) => (current === id ? undefined : current));
    }
  }
  return { running, run };
}

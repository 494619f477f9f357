import type { ErrorData } from "@latchkey/api-contracts/error-data";
import { useState } from "react";
import { asErrorData } from "../text/error-text.ts";
import { bridge } from "./bridge.ts";

type Action = "restartServer" | "stopServer" | "openLogsFolder" | "retryChange" | "discardChange";

/** The buttons that have the app do something. An error of a step stays until the next step. */
export function useDesktopAction() {
  const [running, setRunning] = useState<Action>();
  const [error, setError] = useState<ErrorData>();

  async function run(action: Action): Promise<void> {
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
  return { error, buttonFor };
}

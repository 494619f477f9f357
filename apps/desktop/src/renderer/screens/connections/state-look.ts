import type { Connection, ConnectionState } from "@latchkey/api-contracts/connections";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { OutlineName } from "../../components/outlines.ts";
import type { Tone } from "../../components/status-word.tsx";
import { useFormat } from "../../text/use-format.ts";

/** The colour and the picture of each state; its word carries the meaning. */
export const stateLooks: Readonly<Record<ConnectionState, { tone: Tone; icon: OutlineName }>> = {
  draft: { tone: "warn", icon: "file-pen" },
  "secret-missing": { tone: "danger", icon: "key-round" },
  "secret-unreadable": { tone: "danger", icon: "key-round" },
  locked: { tone: "warn", icon: "lock-keyhole" },
  unconfirmed: { tone: "warn", icon: "shield-question-mark" },
  "provider-missing": { tone: "warn", icon: "plug-zap" },
  disabled: { tone: "neutral", icon: "ban" },
  "not-tested": { tone: "neutral", icon: "circle-dashed" },
  ok: { tone: "ok", icon: "circle-check" },
  failing: { tone: "danger", icon: "circle-exclamation-point" },
};

/** The word for a connection's state: `OK 5 minutes ago`, `Failing: key not accepted`. */
export function useStateWord() {
  const { t } = useTranslation();
  const format = useFormat();
  return useCallback(
    ({ state, lastTest }: Connection, now: number): string => {
      if (state === "ok" && lastTest)
        return t("connections.okAgo", { ago: format.relative(lastTest.checkedAt, now) });
      if (state === "failing" && lastTest?.cause)
        return t("connections.failing", { cause: t(`connections.cause.${lastTest.cause}`) });
      return t(`connections.state.${state}`);
    },
    [t, format],
  );
}

import type { Connection, ConnectionState } from "@latchkey/api-contracts/connections";
import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  FilePen,
  KeyRound,
  LockKeyhole,
  type LucideIcon,
  PlugZap,
  ShieldQuestion,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Tone } from "../../components/status-word.tsx";
import { useFormat } from "../../text/use-format.ts";

/** The colour and the picture of each state; its word carries the meaning. */
export const stateLooks: Readonly<Record<ConnectionState, { tone: Tone; Icon: LucideIcon }>> = {
  draft: { tone: "warn", Icon: FilePen },
  "secret-missing": { tone: "danger", Icon: KeyRound },
  "secret-unreadable": { tone: "danger", Icon: KeyRound },
  locked: { tone: "warn", Icon: LockKeyhole },
  unconfirmed: { tone: "warn", Icon: ShieldQuestion },
  "provider-missing": { tone: "warn", Icon: PlugZap },
  disabled: { tone: "neutral", Icon: Ban },
  "not-tested": { tone: "neutral", Icon: CircleDashed },
  ok: { tone: "ok", Icon: CircleCheck },
  failing: { tone: "danger", Icon: CircleAlert },
};

/** The word for a connection's state: `OK 5 minutes ago`, `Failing: key not accepted`. */
export function useStateWord() {
  const { t } = useTranslation();
  const format = useFormat();
  return ({ state, lastTest }: Connection, now: number): string => {
    if (state === "ok" && lastTest)
      return t("connections.okAgo", { ago: format.relative(lastTest.checkedAt, now) });
    if (state === "failing" && lastTest?.cause)
      return t("connections.failing", { cause: t(`connections.cause.${lastTest.cause}`) });
    return t(`connections.state.${state}`);
  };
}

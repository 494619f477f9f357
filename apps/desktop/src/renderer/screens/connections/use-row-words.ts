import type { Connection } from "@latchkey/api-contracts/connections";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../text/use-format.ts";
import { useStateWord } from "./state-look.ts";

/** What a row says. The list asks once for all of its rows. */
export function useRowWords() {
  const { t } = useTranslation();
  const { exact, relative } = useFormat();
  const state = useStateWord();
  return useMemo(
    () => ({
      state,
      exact,
      relative,
      open: (name: string) => t("connections.open", { name }),
      more: (name: string) => t("connections.more", { name }),
      shadowed: () => t("connections.shadowed"),
      scope: (scope: Connection["scope"]) => t(`connections.scope.${scope}`),
    }),
    [t, exact, relative, state],
  );
}

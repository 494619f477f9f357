import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../text/use-format.ts";

/** What a row says. The list asks once for all of its rows. */
export function useRowWords() {
  const { t } = useTranslation();
  const { exact, relative } = useFormat();
  return useMemo(
    () => ({
      exact,
      relative,
      open: (key: string) => t("secrets.open", { key }),
      backend: ({ storageBackend }: SecretMetadata) => t(`storage.backend.${storageBackend}`),
      protection: ({ protection }: SecretMetadata) => t(`storage.protection.${protection}`),
      state: ({ isPending, state }: SecretMetadata) =>
        isPending ? t("secrets.notInUse") : t(`secrets.state.${state}`),
      replace: (key: string) => t("secrets.replaceKey", { key }),
      replaceHint: t("common.replace"),
      remove: (key: string) => t("secrets.removeKey", { key }),
      removeHint: t("common.remove"),
    }),
    [t, exact, relative],
  );
}

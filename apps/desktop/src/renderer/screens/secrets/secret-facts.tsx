import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { useTranslation } from "react-i18next";
import { FactList } from "../../components/fact-list.tsx";
import { useFormat } from "../../text/use-format.ts";

/** All that is known of a stored secret. */
export function SecretFacts({ secret }: { readonly secret: SecretMetadata }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <FactList
      facts={[
        {
          label: t("secrets.detail.envName"),
          value: <code className="font-mono text-[0.8125rem] break-all">{secret.envName}</code>,
        },
        { label: t("secrets.detail.storedIn"), value: t(`storage.backend.${secret.storageBackend}`) },
        { label: t("secrets.detail.protection"), value: t(`storage.protection.${secret.protection}`) },
        { label: t("secrets.detail.source"), value: t(`secrets.source.${secret.source}`) },
        { label: t("secrets.detail.created"), value: format.exact(secret.createdAt) },
        { label: t("secrets.detail.changed"), value: format.exact(secret.updatedAt) },
      ]}
    />
  );
}

import type { Connection, UsageItem } from "@latchkey/api-contracts/connections";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { usageQuery } from "../../data/connections.ts";

/** What would stop working without the connection. */
export function UsedBy({ id }: { readonly id: Connection["id"] }) {
  const { t } = useTranslation();
  const { data } = useQuery(usageQuery(id));
  return (
    <section aria-labelledby="used-by" className="flex flex-col gap-1.5 border-t border-line pt-4">
      <h2 id="used-by" className="font-semibold">
        {t("connections.usedBy")}
      </h2>
      {data?.length === 0 ? (
        <p className="text-muted">{t("connections.unused")}</p>
      ) : (
        <UsageList usage={data ?? []} />
      )}
    </section>
  );
}

export function UsageList({ usage }: { readonly usage: readonly UsageItem[] }) {
  const { t } = useTranslation();
  return (
    <ul className="list-disc pl-5">
      {usage.map((item) => (
        <li key={JSON.stringify(item)} className="break-words">
          {wordsOf(item)}
        </li>
      ))}
    </ul>
  );

  function wordsOf(item: UsageItem): string {
    if (item.by === "server") return t("connections.usage.server", { names: item.envNames.join(", ") });
    if (item.by === "connection") return t("connections.usage.connection", { name: item.displayName });
    if (item.by === "grant") return t("connections.usage.grant", { requester: item.requesterId });
    return t("connections.usage.llm-default");
  }
}

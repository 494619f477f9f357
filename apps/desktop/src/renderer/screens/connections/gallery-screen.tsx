import type { ListedProvider } from "@latchkey/api-contracts/providers";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { Loading } from "../../components/loading.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { ProviderIcon } from "../../components/provider-icon.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { providersQuery } from "../../data/connections.ts";
import { ScreenTitle } from "../../frame/screen-title.tsx";
import { asErrorData } from "../../text/error-text.ts";
import { BackToList } from "./not-there.tsx";
import { groupOf, inLanguage } from "./provider-look.tsx";

const groups = ["llm", "code", "files", "mcp", "web", "mail", "extension"] as const;

/** What can be connected to, by kind. */
export function GalleryScreen() {
  const { t, i18n } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(providersQuery);
  const [query, setQuery] = useState("");
  const shown = (data ?? [])
    .map((listed) => ({ ...listed, definition: inLanguage(listed.definition, i18n.language) }))
    .filter(({ definition }) => {
      const text = `${definition.title} ${definition.id} ${definition.description ?? ""}`.toLowerCase();
      return text.includes(query.trim().toLowerCase());
    });
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-4 p-6">
      <BackToList />
      <ScreenTitle title={t("connections.gallery.title")} intro={t("connections.gallery.intro")} />
      {isPending && <Loading onRetry={() => void refetch()} />}
      {error && <ErrorNotice title={t("connections.notLoaded")} error={asErrorData(error)} />}
      {data && (
        <div className="flex">
          <SearchField
            label={t("connections.gallery.search")}
            placeholder={t("connections.gallery.searchPlaceholder")}
            value={query}
            onChange={setQuery}
          />
        </div>
      )}
      {data && shown.length === 0 && (
        <div className="flex flex-col items-center gap-3 py-10 text-center">
          <p className="max-w-full break-words text-muted">{t("connections.gallery.noMatch", { query })}</p>
          <Button onClick={() => setQuery("")}>{t("secrets.clearSearch")}</Button>
        </div>
      )}
      {groups.map((group) => (
        <Group key={group} group={group} providers={shown.filter((listed) => groupOf(listed) === group)} />
      ))}
    </div>
  );
}

function Group({
  group,
  providers,
}: {
  group: (typeof groups)[number];
  providers: readonly ListedProvider[];
}) {
  const { t } = useTranslation();
  if (providers.length === 0) return null;
  return (
    <section aria-labelledby={`group-${group}`} className="flex flex-col gap-2">
      <h2 id={`group-${group}`} className="font-semibold">
        {t(`connections.group.${group}`)}
      </h2>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(17rem,1fr))] gap-2">
        {providers.map(({ definition, picture, publisher, isVerified }) => (
          <li key={definition.id}>
            <Link
              to="/connections/new/$providerId"
              params={{ providerId: definition.id }}
              className="flex h-full items-start gap-3 rounded-xl border border-line p-3 transition-colors hover:bg-hover"
            >
              <ProviderIcon icon={picture ?? definition.icon} />
              <span className="flex min-w-0 flex-col">
                <span className="font-medium break-words">{definition.title}</span>
                <span className="text-[0.8125rem] break-words text-muted">{definition.description}</span>
                {publisher && (
                  <span className="text-[0.8125rem] break-words text-muted">
                    {t("connections.gallery.by", { publisher })}
                    {isVerified && ` · ${t("connections.gallery.verified")}`}
                  </span>
                )}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

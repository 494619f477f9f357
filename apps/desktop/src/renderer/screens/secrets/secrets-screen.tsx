import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { ChangeNotice } from "../../components/change-notice.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Loading } from "../../components/loading.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { useNewKey } from "../../components/use-new-key.ts";
import { secretsQuery } from "../../data/queries.ts";
import { recheckStorage } from "../../data/recheck-storage.ts";
import { ScreenTitle } from "../../frame/screen-title.tsx";
import { asErrorData } from "../../text/error-text.ts";
import { matching } from "./matching.ts";
import { SecretDialogs, type SecretRequest } from "./secret-dialogs.tsx";
import { SecretGrid } from "./secret-grid.tsx";
import { StorageNotice } from "./storage-notice.tsx";

const retry = () => void recheckStorage().catch(() => undefined);

/** What is stored, and the way to add, replace and remove. */
export function SecretsScreen() {
  const { t } = useTranslation();
  const { data, error, isPending } = useQuery(secretsQuery);
  const [query, setQuery] = useState("");
  const { key } = useSearch({ from: "/secrets" });
  const navigate = useNavigate();
  const [request, setRequest] = useState<SecretRequest | undefined>(key ? { kind: "open", key } : undefined);
  /** An address that opens a secret does so once. */
  const follow = (next: SecretRequest | undefined) => {
    setRequest(next);
    if (key !== undefined) void navigate({ to: "/secrets", replace: true });
  };
  const found = data && matching(data, query);
  const add = () => setRequest({ kind: "add" });
  useNewKey(add);
  const addButton = (
    <Button look="primary" data-focus-fallback aria-keyshortcuts="Control+N" onClick={add}>
      <Plus aria-hidden className="size-4" />
      {t("secrets.add")}
    </Button>
  );

  return (
    <div className="mx-auto flex h-full max-w-5xl flex-col gap-4 p-6">
      <ScreenTitle
        title={t("secrets.title")}
        intro={t("secrets.intro")}
        action={data && data.length > 0 ? addButton : undefined}
      />
      <StorageNotice onRetry={retry} />
      <ChangeNotice onEdit={(key) => setRequest({ kind: "replace", key })} />
      {isPending && <Loading onRetry={retry} />}
      {error && (
        <ErrorNotice
          title={t("storageError.list")}
          error={asErrorData(error)}
          actions={<Button onClick={retry}>{t("common.tryAgain")}</Button>}
        />
      )}
      {data?.length === 0 && (
        <EmptyState icon={<KeyRound className="size-6" />} text={t("secrets.empty")} action={addButton} />
      )}
      {found && data.length > 0 && (
        <>
          <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
            <SearchField
              label={t("secrets.search")}
              placeholder={t("secrets.searchPlaceholder")}
              value={query}
              onChange={setQuery}
            />
            <p className="text-muted" aria-live={query === "" ? "off" : "polite"}>
              {t(query === "" ? "secrets.count" : "secrets.found", { count: found.length })}
            </p>
          </div>
          {found.length > 0 ? (
            <SecretGrid secrets={found} onRequest={setRequest} />
          ) : (
            <div className="flex flex-col items-center gap-3 py-10 text-center">
              <p className="max-w-full break-words text-muted">{t("secrets.noMatch", { query })}</p>
              <Button onClick={() => setQuery("")}>{t("secrets.clearSearch")}</Button>
            </div>
          )}
        </>
      )}
      <SecretDialogs request={request} secrets={data ?? []} onRequest={follow} onRetry={retry} />
    </div>
  );
}

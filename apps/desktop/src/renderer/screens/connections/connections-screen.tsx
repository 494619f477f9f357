import type { Connection } from "@latchkey/api-contracts/connections";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Plug, Plus } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Loading } from "../../components/loading.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { useNewKey } from "../../components/use-new-key.ts";
import { focusActiveRow } from "../../components/use-roving.ts";
import { connectionsQuery, providersQuery } from "../../data/connections.ts";
import { ScreenTitle } from "../../frame/screen-title.tsx";
import { asErrorData } from "../../text/error-text.ts";
import { ConnectionFilters } from "./connection-filters.tsx";
import { ConnectionGrid } from "./connection-grid.tsx";
import { DeleteConnectionDialog } from "./delete-connection-dialog.tsx";
import { matchingConnections, noFilter } from "./matching-connections.ts";
import { groupOf, inLanguage } from "./provider-look.tsx";
import { useRowActions } from "./use-row-actions.ts";
import { WorkspaceBar } from "./workspace-bar.tsx";

/** The accounts at services: how each stands, and the way to add, open, test and delete. */
export function ConnectionsScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data, error, isPending, refetch } = useQuery(connectionsQuery);
  const [filter, setFilter] = useState(noFilter);
  const [deleting, setDeleting] = useState<Connection>();
  const act = useRowActions(setDeleting);
  const serviceOf = useServices();
  const add = () => void navigate({ to: "/connections/new" });
  useNewKey(add);
  const found = data && matchingConnections(data.connections, filter, serviceOf);
  const isOff = error && asErrorData(error).code === "connections.off";
  const addButton = (
    <Button look="primary" data-focus-fallback aria-keyshortcuts="Control+N" onClick={add}>
      <Plus aria-hidden className="size-4" />
      {t("connections.add")}
    </Button>
  );

  return (
    <div className="mx-auto flex h-full max-w-5xl flex-col gap-4 p-6">
      <ScreenTitle
        title={t("connections.title")}
        intro={t("connections.intro")}
        action={data && data.connections.length > 0 ? addButton : undefined}
      />
      {isPending && <Loading onRetry={() => void refetch()} />}
      {isOff && <Notice look="info">{t("connections.off")}</Notice>}
      {error && !isOff && (
        <ErrorNotice
          title={t("connections.notLoaded")}
          error={asErrorData(error)}
          actions={<Button onClick={() => void refetch()}>{t("common.tryAgain")}</Button>}
        />
      )}
      {data && <WorkspaceBar workspace={data.workspace} />}
      {data && data.damaged > 0 && (
        <Notice look="warn">{t("connections.damaged", { count: data.damaged })}</Notice>
      )}
      {data?.connections.length === 0 && (
        <EmptyState icon={<Plug className="size-6" />} text={t("connections.empty")} action={addButton} />
      )}
      {found && data.connections.length > 0 && (
        <>
          <ConnectionFilters filter={filter} onChange={setFilter}>
            <p className="px-1 text-muted" aria-live={filter === noFilter ? "off" : "polite"}>
              {t("connections.count", { count: found.length })}
            </p>
          </ConnectionFilters>
          {found.length > 0 ? (
            <ConnectionGrid
              connections={found}
              hasWorkspace={data.workspace !== null}
              serviceOf={serviceOf}
              onAction={act}
            />
          ) : (
            <div className="flex flex-col items-center gap-3 py-10 text-center">
              <p className="text-muted">{t("connections.noMatch")}</p>
              <Button onClick={() => setFilter(noFilter)}>{t("connections.clearFilters")}</Button>
            </div>
          )}
        </>
      )}
      {deleting && (
        <DeleteConnectionDialog
          connection={deleting}
          onClose={() => setDeleting(undefined)}
          onDeleted={() => requestAnimationFrame(focusActiveRow)}
        />
      )}
    </div>
  );
}

/** The title, picture and group of a connection's service; its id where the provider is not there. */
function useServices() {
  const { i18n } = useTranslation();
  const { data: providers } = useQuery(providersQuery);
  const byId = useMemo(
    () =>
      new Map(
        (providers ?? []).map((listed) => {
          const { title, icon, id } = inLanguage(listed.definition, i18n.language);
          return [id, { title, icon: listed.picture ?? icon, group: groupOf(listed) }] as const;
        }),
      ),
    [providers, i18n.language],
  );
  return ({ providerId }: Connection) =>
    byId.get(providerId) ?? { title: providerId, icon: undefined, group: "" };
}

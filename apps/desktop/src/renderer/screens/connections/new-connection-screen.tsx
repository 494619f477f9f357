import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Loading } from "../../components/loading.tsx";
import { announceDone, announceFailed } from "../../components/toasts.tsx";
import { connectionsQuery, providersQuery, showConnection } from "../../data/connections.ts";
import { ScreenTitle } from "../../frame/screen-title.tsx";
import { errorText } from "../../text/error-text.ts";
import { ConnectionForm } from "./connection-form.tsx";
import { freeName } from "./free-name.ts";
import { NotThere } from "./not-there.tsx";
import { inLanguage } from "./provider-look.tsx";

const refusals: ReadonlySet<string> = new Set(["weak-protection", "locked", "unavailable"]);

/** The form for a new connection; `from` names the one that is duplicated, without its secrets. */
export function NewConnectionScreen() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { providerId } = useParams({ from: "/connections/new/$providerId" });
  const { from } = useSearch({ from: "/connections/new/$providerId" });
  const { data: providers, isPending, refetch } = useQuery(providersQuery);
  const { data: list } = useQuery(connectionsQuery);
  const found = providers?.find(({ definition }) => definition.id === providerId);
  if (isPending || !list) return <Loading onRetry={() => void refetch()} />;
  if (!found) return <NotThere />;

  const definition = inLanguage(found.definition, i18n.language);
  const source = list.connections.find(({ id }) => id === from);
  const taken = list.connections.filter((other) => other.providerId === providerId);
  return (
    <ConnectionForm
      key={`${providerId} ${from}`}
      definition={definition}
      connection={undefined}
      hasWorkspace={list.workspace !== null}
      start={{
        displayName: freeName(
          source?.displayName ?? definition.title,
          taken.map(({ displayName }) => displayName),
        ),
        scope: source?.scope ?? "user",
        fields: source?.fields ?? {},
        aliases: [],
      }}
      head={
        <ScreenTitle
          title={t("connections.form.newTitle", { provider: definition.title })}
          intro={definition.description ?? ""}
        />
      }
      toChange={({ displayName, scope, fields, secrets, generatedSecrets, usedSecrets, aliases }) => ({
        create: { providerId, displayName, scope, fields, secrets, generatedSecrets, usedSecrets, aliases },
      })}
      onSaved={async ({ connection, refusal }) => {
        showConnection(connection);
        const { displayName: name, id } = connection;
        if (refusal === null) announceDone(t("connections.saved", { name }));
        else announceFailed(t("connections.draftSaved", { name }), refusalText(refusal));
        await navigate({ to: "/connections/$id", params: { id }, ignoreBlocker: true });
      }}
      onCancel={() => void navigate({ to: "/connections/new" })}
    />
  );

  function refusalText(code: Parameters<typeof errorText>[1]["code"]): string {
    const word = code.replace("secrets.", "");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the set has exactly the words of the catalog
    if (refusals.has(word)) return t(`connections.refusal.${word as "locked"}`);
    return errorText(t, { code, message: "", details: {} });
  }
}

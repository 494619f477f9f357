import type { Connection } from "@latchkey/api-contracts/connections";
import type { ProviderDefinition } from "@latchkey/api-contracts/providers";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { Loading } from "../../components/loading.tsx";
import { ErrorNotice, Notice } from "../../components/notice.tsx";
import { announceDone } from "../../components/toasts.tsx";
import { UnlockButton } from "../../components/unlock-button.tsx";
import { connectionsQuery, providersQuery, showConnection } from "../../data/connections.ts";
import { lastResultOf } from "../../data/test-results.ts";
import { ScreenTitle } from "../../frame/screen-title.tsx";
import { asErrorData } from "../../text/error-text.ts";
import { useNow } from "../../text/use-now.ts";
import { ConnectionAccess } from "./connection-access.tsx";
import { ConnectionForm } from "./connection-form.tsx";
import { DeleteConnectionDialog } from "./delete-connection-dialog.tsx";
import { BackToList, NotThere } from "./not-there.tsx";
import { inLanguage } from "./provider-look.tsx";
import { RecentActivity } from "./recent-activity.tsx";
import { StateWord } from "./state-word.tsx";
import { UsedBy } from "./used-by.tsx";

/** One connection: its form, how its test ended, what uses it, who may, and what was done with it. */
export function ConnectionScreen() {
  const { i18n } = useTranslation();
  const { id } = useParams({ from: "/connections/$id" });
  const { data: list, error, isPending, refetch } = useQuery(connectionsQuery);
  const { data: providers } = useQuery(providersQuery);
  const { t } = useTranslation();
  if (error) return <ErrorNotice title={t("connections.notLoaded")} error={asErrorData(error)} />;
  if (isPending || !providers) return <Loading onRetry={() => void refetch()} />;
  const connection = list.connections.find((other) => other.id === id);
  if (!connection) return <NotThere />;
  const found = providers.find(({ definition }) => definition.id === connection.providerId);
  if (!found) return <WithoutProvider connection={connection} />;
  return (
    <Detail
      key={connection.id}
      connection={connection}
      definition={inLanguage(found.definition, i18n.language)}
    />
  );
}

function Detail({ connection, definition }: { connection: Connection; definition: ProviderDefinition }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { test } = useSearch({ from: "/connections/$id" });
  // The form keeps what it was opened with until it is saved: an edit of an older state is refused then.
  const [seen, setSeen] = useState(connection);
  const [savedTimes, setSavedTimes] = useState(0);
  const { id, revision } = seen;
  return (
    <ConnectionForm
      key={`${revision} ${savedTimes}`}
      definition={definition}
      connection={connection}
      hasWorkspace={false}
      testsAtOnce={savedTimes === 0 && test === true}
      isSaved={savedTimes > 0}
      start={seen}
      lastResult={lastResultOf(seen)}
      head={<Head connection={connection} definition={definition} />}
      toChange={(wanted) => {
        const { displayName, fields, secrets, generatedSecrets, usedSecrets, removedSecrets, aliases } =
          wanted;
        const values = { fields, secrets, generatedSecrets, usedSecrets, removedSecrets, aliases };
        return { update: { id, revision, displayName, ...values } };
      }}
      onSaved={({ connection: saved }) => {
        showConnection(saved);
        announceDone(t("connections.saved", { name: saved.displayName }));
        setSeen(saved);
        setSavedTimes((times) => times + 1);
      }}
      onCancel={() => void navigate({ to: "/connections", state: { row: id } })}
    >
      <Surroundings connection={connection} />
    </ConnectionForm>
  );
}

/** What uses it, who may, and what was done with it. */
function Surroundings({ connection }: { connection: Connection }) {
  return (
    <>
      <UsedBy id={connection.id} />
      <ConnectionAccess connection={connection} />
      <RecentActivity id={connection.id} />
    </>
  );
}

function Head({ connection, definition }: { connection: Connection; definition: ProviderDefinition }) {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const { displayName, shadowedBy } = connection;
  return (
    <>
      <BackToList row={connection.id} />
      <ScreenTitle
        title={displayName}
        intro={`${definition.title} · ${t(`connections.scope.${connection.scope}`)}`}
        action={
          <div className="flex flex-wrap items-center gap-3">
            <StateWord connection={connection} now={now} />
            <DeleteButton connection={connection} />
          </div>
        }
      />
      {shadowedBy && <Notice look="info">{t("connections.shadowed")}</Notice>}
      <StateNotice connection={connection} />
    </>
  );
}

/** What a state means and what to do next. Of a test that ran in this window the panel below says more. */
function StateNotice({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const { state, lastTest } = connection;
  if (state === "not-tested" || state === "ok") return null;
  if (state !== "failing") {
    return (
      <Notice look="warn" actions={state === "locked" && <UnlockButton />}>
        {t(`connections.stateText.${state}`)}
      </Notice>
    );
  }
  if (!lastTest?.cause || lastResultOf(connection)) return null;
  return <Notice look="danger">{t(`connections.causeText.${lastTest.cause}`)}</Notice>;
}

function DeleteButton({ connection }: { connection: Connection }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button isSmall onClick={() => setIsOpen(true)}>
        {t("connections.menu.delete")}
      </Button>
      {isOpen && (
        <DeleteConnectionDialog
          connection={connection}
          onClose={() => setIsOpen(false)}
          onDeleted={() => void navigate({ to: "/connections", ignoreBlocker: true })}
        />
      )}
    </>
  );
}

/** The provider is gone, an extension that was turned off for example: what is kept can be looked at and deleted. */
function WithoutProvider({ connection }: { connection: Connection }) {
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-4 p-6">
      <BackToList row={connection.id} />
      <ScreenTitle
        title={connection.displayName}
        intro={connection.providerId}
        action={<DeleteButton connection={connection} />}
      />
      <StateNotice connection={connection} />
      <ul className="font-mono text-[0.8125rem] break-all">
        {Object.entries(connection.fields).map(([name, value]) => (
          <li key={name}>
            {name}: {JSON.stringify(value)}
          </li>
        ))}
      </ul>
      <Surroundings connection={connection} />
    </div>
  );
}

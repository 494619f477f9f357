import type { Connection } from "@latchkey/api-contracts/connections";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { consentQuery, extensionsQuery } from "../../data/access.ts";
import { useNow } from "../../text/use-now.ts";
import { keyOf, versionOf } from "../access/grant-list.tsx";
import { GrantRow } from "../access/grant-row.tsx";
import { rowsLook } from "../access/row-look.ts";
import { useKeptFocus } from "../access/use-kept-focus.ts";

/** Who may use a connection, or was denied it, and the ways to change that. */
export function ConnectionAccess({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const keptFocus = useKeptFocus();
  const { data: consent } = useQuery(consentQuery);
  const { data: extensions = [] } = useQuery(extensionsQuery);
  const grants = consent?.consents.filter(({ connectionId }) => connectionId === connection.id) ?? [];
  return (
    <section
      {...keptFocus}
      aria-labelledby="connection-access"
      className="flex flex-col gap-1.5 border-t border-line pt-4"
    >
      <h2 id="connection-access" tabIndex={-1} className="font-semibold">
        {t("connections.access")}
      </h2>
      {grants.length > 0 ? (
        <ul aria-labelledby="connection-access" className={rowsLook}>
          {grants.map((grant) => (
            <GrantRow
              key={keyOf(grant)}
              rowKey={keyOf(grant)}
              grant={grant}
              connection={connection}
              isOfOne
              version={versionOf(grant, extensions)}
              now={now}
            />
          ))}
        </ul>
      ) : (
        <p className="text-muted">{consent && t("connections.noAccess")}</p>
      )}
    </section>
  );
}

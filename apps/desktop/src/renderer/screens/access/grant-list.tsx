import type { ConsentRecord } from "@latchkey/api-contracts/consent";
import type { ExtensionState } from "@latchkey/api-contracts/extensions";
import { useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../../components/empty-state.tsx";
import { connectionsQuery } from "../../data/connections.ts";
import { GrantRow } from "./grant-row.tsx";
import { rowsLook } from "./row-look.ts";
import { useKeptFocus } from "./use-kept-focus.ts";

export const keyOf = ({ requesterId, connectionId }: ConsentRecord) => `${requesterId} ${connectionId}`;

export interface GrantListProps {
  readonly grants: readonly ConsentRecord[];
  /** For the versions of those that ask. */
  readonly extensions: readonly ExtensionState[];
  /** **Units** epoch milliseconds. */
  readonly now: number;
}

/** The decisions in force. Where one goes, the next takes its focus. */
export function GrantList({ grants, extensions, now }: GrantListProps) {
  const { t } = useTranslation();
  const keptFocus = useKeptFocus();
  const { data } = useQuery(connectionsQuery);

  return (
    <section {...keptFocus} aria-labelledby="grants" className="flex flex-col gap-2">
      <h2 id="grants" tabIndex={-1} className="text-base font-semibold">
        {t("access.grants")}
      </h2>
      {grants.length === 0 ? (
        <EmptyState icon={<ShieldCheck className="size-6" />} text={t("access.empty")} action={null} />
      ) : (
        <ul aria-labelledby="grants" className={rowsLook}>
          {grants.map((grant) => (
            <GrantRow
              key={keyOf(grant)}
              rowKey={keyOf(grant)}
              grant={grant}
              connection={data?.connections.find(({ id }) => id === grant.connectionId)}
              version={versionOf(grant, extensions)}
              now={now}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

/** Of the extension that asks, where it is one that is installed. */
export function versionOf(
  { requesterId }: ConsentRecord,
  extensions: readonly ExtensionState[],
): string | undefined {
  for (const state of extensions)
    if (state.status !== "invalid" && requesterId === `extension:${state.id}`) return state.version;
  return undefined;
}

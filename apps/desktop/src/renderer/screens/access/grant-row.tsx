import type { Connection } from "@latchkey/api-contracts/connections";
import type { ConsentRecord } from "@latchkey/api-contracts/consent";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { FactList } from "../../components/fact-list.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { kindOf, RequesterIcon } from "../../components/requester-icon.tsx";
import { bridge } from "../../data/bridge.ts";
import { isolate } from "../../text/format.ts";
import { useFormat } from "../../text/use-format.ts";
import { type GrantAction, grantViews } from "./grant-view.ts";
import { rowLook } from "./row-look.ts";
import { useStep } from "./use-step.ts";

const colours = {
  ok: "text-ok",
  warn: "text-warn",
  danger: "text-danger",
} as const;

export interface GrantRowProps {
  readonly rowKey: string;
  readonly grant: ConsentRecord;
  /** Undefined for one that is not here, of another workspace for example. */
  readonly connection: Connection | undefined;
  /** The list is of one connection, which is named above it. */
  readonly isOfOne?: boolean;
  readonly version: string | undefined;
  readonly now: number;
}

/** One decision: who, what, how far it reaches, and the ways to change it. */
export function GrantRow({ rowKey, grant, connection, isOfOne = false, version, now }: GrantRowProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { running, run } = useStep();
  const { requesterId, connectionId, requesterName, publisher, decision, access } = grant;
  const { tone, Icon, actions } = grantViews[decision];
  const names = {
    requester: isolate(requesterName),
    connection: isolate(connection?.displayName ?? t("access.connectionGone")),
  };

  function change(action: GrantAction): void {
    const method = action === "revoke" || action === "block" ? action : "unblock";
    void run({
      id: action,
      call: () => bridge.consent[method]({ requesterId, connectionId }),
      done: t(`access.done.${action}`, names),
      failed: t("access.notChanged", names),
    });
  }

  return (
    <li data-row={rowKey} className={rowLook}>
      <div className="flex min-w-0 gap-3">
        <RequesterIcon requesterId={requesterId} />
        <div className="min-w-0 break-words">
          <h3 className="font-medium">
            <bdi>{requesterName}</bdi>
          </h3>
          <p className="text-muted">
            {t(`consent.kind.${kindOf(requesterId)}`)}
            {version !== undefined && ` · ${t("consent.version", { version: isolate(version) })}`}
          </p>
          {publisher !== undefined && (
            <p className="text-muted">
              <bdi>{publisher}</bdi>
            </p>
          )}
          <p className="font-mono text-xs leading-5 text-muted">{requesterId}</p>
        </div>
      </div>
      <div className="flex min-w-0 flex-col gap-1.5">
        <p className={`inline-flex items-center gap-1.5 font-medium ${colours[tone]}`}>
          <Icon aria-hidden className="size-4 shrink-0" />
          {t(`access.decision.${decision}`)}
        </p>
        <p className="text-muted">
          {grant.expiresAt === undefined
            ? t(`access.reach.${decision}`)
            : t("access.reach.onceUntil", { time: format.exact(grant.expiresAt) })}
        </p>
        <p className={access === "reads" ? "font-medium text-warn" : "text-muted"}>
          {t(`consent.access.${access}`)}
        </p>
        <FactList
          facts={[
            ...(isOfOne
              ? []
              : [{ label: t("access.connection"), value: <ConnectionName connection={connection} /> }]),
            { label: t("access.since"), value: <RelativeTime at={grant.decidedAt} now={now} /> },
            {
              label: t("consent.lastUsed"),
              value:
                grant.lastUsedAt === null ? (
                  t("consent.never")
                ) : (
                  <RelativeTime at={grant.lastUsedAt} now={now} />
                ),
            },
          ]}
        />
      </div>
      <div className="flex flex-wrap gap-2">
        {actions.map((action) => (
          <Button
            key={action}
            isSmall
            isBusy={running === action}
            aria-label={t("access.actionFor", { action: t(`access.action.${action}`), ...names })}
            onClick={() => change(action)}
          >
            {t(`access.action.${action}`)}
          </Button>
        ))}
      </div>
    </li>
  );
}

function ConnectionName({ connection }: { readonly connection: Connection | undefined }) {
  const { t } = useTranslation();
  if (!connection) return <span className="text-muted">{t("access.connectionGone")}</span>;
  return (
    <Link
      to="/connections/$id"
      params={{ id: connection.id }}
      className="inline-block min-h-6 rounded text-accent-ink underline underline-offset-2"
    >
      <bdi>{connection.displayName}</bdi>
    </Link>
  );
}

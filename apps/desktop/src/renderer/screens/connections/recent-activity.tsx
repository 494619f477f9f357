import type { AuditEvent } from "@latchkey/api-contracts/audit";
import type { Connection } from "@latchkey/api-contracts/connections";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { RelativeTime } from "../../components/relative-time.tsx";
import { StatusWord } from "../../components/status-word.tsx";
import { recentActivityQuery } from "../../data/activity.ts";
import { useNow } from "../../text/use-now.ts";
import { tones, useEventWords } from "../activity/use-event-words.ts";

/** What was last done with a connection, and the way to all of it. */
export function RecentActivity({ id }: { readonly id: Connection["id"] }) {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const words = useEventWords();
  const { data } = useQuery(recentActivityQuery(id));
  const whoOf = ({ actor, requesterId }: AuditEvent) =>
    requesterId === undefined || requesterId === actor
      ? words.actor(actor)
      : `${words.actor(actor)} · ${words.actor(requesterId)}`;
  return (
    <section aria-labelledby="recent-activity" className="flex flex-col gap-1.5 border-t border-line pt-4">
      <h2 id="recent-activity" className="font-semibold">
        {t("connections.recentActivity")}
      </h2>
      {data?.length === 0 && <p className="text-muted">{t("activity.empty")}</p>}
      {data && data.length > 0 && (
        <ul aria-labelledby="recent-activity" className="flex flex-col gap-1">
          {data.map(({ at, event }) => (
            <li key={at} className="flex flex-wrap items-center gap-x-3">
              <span className="min-w-40 flex-1 break-words">
                <span className="font-medium">{words.action(event)}</span>
                <span className="text-muted"> · {whoOf(event)}</span>
              </span>
              <StatusWord tone={tones[event.outcome]}>{words.outcome(event)}</StatusWord>
              <span className="text-muted">
                <RelativeTime at={event.occurredAt} now={now} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link
          to="/activity"
          search={{ connection: id }}
          className="inline-block min-h-6 rounded text-accent-ink underline underline-offset-2"
        >
          {t("connections.allActivity")}
        </Link>
      </p>
    </section>
  );
}

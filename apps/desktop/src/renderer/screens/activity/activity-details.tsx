import { useTranslation } from "react-i18next";
import { Drawer } from "../../components/drawer.tsx";
import { FactList } from "../../components/fact-list.tsx";
import { StatusWord } from "../../components/status-word.tsx";
import { useFormat } from "../../text/use-format.ts";
import type { ActivityRow } from "./group-repeats.ts";
import { tones, useEventWords } from "./use-event-words.ts";

const plain = [
  "connectionId",
  "providerId",
  "reasonText",
  "host",
  "method",
  "status",
  "generation",
  "code",
  "exitCode",
  "signal",
  "count",
] as const;

/** All that the log has on one row. */
export function ActivityDetails(props: {
  readonly row: ActivityRow;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onClosed: () => void;
}) {
  const { row, ...drawer } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const words = useEventWords();
  const { event, seq } = row.newest;
  const connection = words.connection(event);
  const fact = (name: keyof typeof labels, value: React.ReactNode) => ({ label: t(labels[name]), value });
  return (
    <Drawer title={words.action(event)} {...drawer}>
      <FactList
        facts={[
          fact("time", format.exact(event.occurredAt)),
          ...(row.count > 1
            ? [
                fact("repeats", words.times(row.count)),
                fact("first", format.exact(row.oldest.event.occurredAt)),
              ]
            : []),
          fact("actor", words.actor(event.actor)),
          fact("result", <StatusWord tone={tones[event.outcome]}>{words.outcome(event)}</StatusWord>),
          ...(event.keys.length > 0
            ? [
                fact(
                  "keys",
                  <ul>
                    {event.keys.map((key) => (
                      <li key={key} className="font-mono text-[0.8125rem] break-all">
                        {key}
                      </li>
                    ))}
                  </ul>,
                ),
              ]
            : []),
          ...(event.reason ? [fact("reason", words.reason(event.reason))] : []),
          ...(connection === undefined ? [] : [fact("connectionName", connection)]),
          ...(event.requesterId ? [fact("requesterId", words.actor(event.requesterId))] : []),
          ...plain.flatMap((name) => {
            const value = event[name];
            return value === undefined
              ? []
              : [fact(name, <span className="break-all">{String(value)}</span>)];
          }),
          ...(event.scope ? [fact("scope", words.scope(event))] : []),
          ...(event.storageBackend
            ? [fact("storageBackend", t(`storage.backend.${event.storageBackend}`))]
            : []),
          ...(event.protection ? [fact("protection", t(`storage.protection.${event.protection}`))] : []),
          ...(event.storageReason ? [fact("storageReason", t(`storage.reason.${event.storageReason}`))] : []),
          fact("seq", seq === null ? t("activity.beforeChain") : format.number(seq)),
        ]}
      />
    </Drawer>
  );
}

const labels = {
  time: "activity.detail.time",
  repeats: "activity.detail.repeats",
  first: "activity.detail.first",
  actor: "activity.detail.actor",
  result: "activity.detail.result",
  keys: "activity.detail.keys",
  connectionName: "activity.detail.connectionName",
  connectionId: "activity.detail.connectionId",
  providerId: "activity.detail.providerId",
  requesterId: "activity.detail.requesterId",
  reasonText: "activity.detail.reasonText",
  host: "activity.detail.host",
  method: "activity.detail.method",
  status: "activity.detail.status",
  generation: "activity.detail.generation",
  reason: "activity.detail.reason",
  code: "activity.detail.code",
  exitCode: "activity.detail.exitCode",
  signal: "activity.detail.signal",
  count: "activity.detail.count",
  scope: "activity.detail.scope",
  storageBackend: "activity.detail.storageBackend",
  protection: "activity.detail.protection",
  storageReason: "activity.detail.storageReason",
  seq: "activity.detail.seq",
} as const;

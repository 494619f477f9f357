import type { ServerExit, ServerState } from "@latchkey/api-contracts/desktop";
import { useTranslation } from "react-i18next";
import type { Fact } from "../../components/fact-list.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { useFormat } from "../../text/use-format.ts";

/** The details that are known in the present phase. **Units** `now` in epoch milliseconds. */
export function useServerFacts(server: ServerState, now: number): Fact[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { phase, reason, port, nextTryAt, lastExit } = server;
  const facts: Fact[] = [
    {
      label: t("server.facts.reason"),
      value: t(`server.reason.${reason.kind}`, { keys: format.keys(reason.keys) }),
    },
    {
      label: phase === "healthy" ? t("server.facts.uptime") : t("server.facts.elapsed"),
      value: (
        <span className="tabular-nums" title={format.exact(server.since)}>
          {format.duration(now - Date.parse(server.since))}
        </span>
      ),
    },
  ];
  if (port !== null) {
    facts.push({ label: t("server.facts.port"), value: <code className="font-mono">{port}</code> });
  }
  facts.push({ label: t("server.facts.generation"), value: format.number(server.generation) });
  facts.push({
    label: t("server.facts.starts"),
    value: t("server.facts.startsValue", { count: server.startCount, limit: server.startLimit }),
  });
  if (nextTryAt !== null) {
    const duration = format.duration(Date.parse(nextTryAt) - now + 999); // counts down to 1, not to 0
    facts.push({
      label: t("server.facts.nextTry"),
      value: <span className="tabular-nums">{t("server.facts.nextTryIn", { duration })}</span>,
    });
  }
  if (lastExit)
    facts.push({ label: t("server.facts.lastExit"), value: <LastExit exit={lastExit} now={now} /> });
  return facts;
}

function LastExit({ exit, now }: { readonly exit: ServerExit; readonly now: number }) {
  const { t } = useTranslation();
  return (
    <>
      {exitText()} · <RelativeTime at={exit.occurredAt} now={now} />
    </>
  );

  function exitText(): string {
    const { generation, code, signal } = exit;
    if (code !== null) return t("server.exit.code", { generation, exitCode: code });
    return signal === null
      ? t("server.exit.unknown", { generation })
      : t("server.exit.signal", { generation, signal });
  }
}

import type { DesktopState } from "@latchkey/api-contracts/desktop";
import { useTranslation } from "react-i18next";
import { FactList } from "../../components/fact-list.tsx";
import { Notice } from "../../components/notice.tsx";
import { StatusWord } from "../../components/status-word.tsx";
import { useFormat } from "../../text/use-format.ts";
import { ServerActions } from "./server-actions.tsx";
import { isLongStart, serverView } from "./server-view.ts";
import { useServerFacts } from "./use-server-facts.tsx";

export interface ServerCardProps {
  readonly state: DesktopState;
  /** **Units** epoch milliseconds. */
  readonly now: number;
}

/** The state in a word and a sentence, the buttons, and the details. */
export function ServerCard({ state, now }: ServerCardProps) {
  const { t } = useTranslation();
  const view = serverView(state);
  const facts = useServerFacts(state.server, now);
  return (
    <section aria-labelledby="server-state" className="rounded-xl border border-line">
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3 p-4">
        <div className="min-w-56 flex-1">
          <h2 id="server-state" className="text-base font-semibold">
            <StatusWord tone={view.tone}>{t(view.word)}</StatusWord>
          </h2>
          <p className="mt-0.5 text-muted">
            <StateText state={state} />
          </p>
        </div>
        <ServerActions canStart={view.canStart} />
      </div>
      {isLongStart(state, now) && (
        <Notice look="warn" className="mx-4 mb-4">
          {t("server.longer")}
        </Notice>
      )}
      <div className="border-t border-line p-4">
        <h3 className="sr-only">{t("server.facts.title")}</h3>
        <FactList facts={facts} />
      </div>
    </section>
  );
}

function StateText({ state }: { readonly state: DesktopState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { phase, reason } = state.server;
  const isRestarting = serverView(state).isRestarting;
  if (isRestarting && reason.keys.length > 0) {
    return t("server.restartingFor", { keys: format.keys(reason.keys) });
  }
  return t(`server.text.${isRestarting ? "starting" : phase}`);
}

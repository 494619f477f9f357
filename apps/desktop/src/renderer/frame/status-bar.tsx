import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { StatusWord } from "../components/status-word.tsx";
import { consentQuery } from "../data/access.ts";
import { activityStatusQuery } from "../data/activity.ts";
import { desktopQuery } from "../data/queries.ts";
import { useShowQuestion } from "../screens/access/use-show-question.ts";
import { serverView } from "../screens/server/server-view.ts";
import { chipLook } from "./chip-look.ts";
import { StorageChip } from "./storage-chip.tsx";

/** The foot of the window: where keys are kept, how the server is, what waits and what is not recorded. Each chip is a button. */
export function StatusBar() {
  const { t } = useTranslation();
  return (
    <footer
      aria-label={t("frame.statusBar")}
      data-pane
      className="col-span-2 flex min-h-8 flex-wrap items-center gap-1 border-t border-line bg-rail px-2 py-0.5"
    >
      <StorageChip />
      <ServerChip />
      <QuestionChip />
      <UnrecordedChip />
    </footer>
  );
}

function ServerChip() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data } = useQuery(desktopQuery);
  const view = data && serverView(data);
  const word = view ? t(view.word) : t("server.unknown");
  const name = view ? t("server.label", { state: word }) : word;
  return (
    <button type="button" className={chipLook} onClick={() => void navigate({ to: "/server" })}>
      <StatusWord tone={view?.tone ?? "neutral"}>{name}</StatusWord>
    </button>
  );
}

/** How many questions wait for the person; nothing while there is none. */
function QuestionChip() {
  const { t } = useTranslation();
  const { data } = useQuery(consentQuery);
  const showQuestion = useShowQuestion();
  if (!data?.waiting) return null;
  return (
    <button type="button" className={chipLook} onClick={showQuestion}>
      <StatusWord tone="warn">{t("access.waiting", { count: data.waiting })}</StatusWord>
    </button>
  );
}

/** That steps go on without a record; nothing while none does. */
function UnrecordedChip() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data } = useQuery(activityStatusQuery);
  if (!data?.unrecorded) return null;
  return (
    <button type="button" className={chipLook} onClick={() => void navigate({ to: "/activity" })}>
      <StatusWord tone="danger">{t("activity.unrecorded.chip", { count: data.unrecorded })}</StatusWord>
    </button>
  );
}

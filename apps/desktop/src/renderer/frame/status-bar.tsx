import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { StatusWord } from "../components/status-word.tsx";
import { desktopQuery } from "../data/queries.ts";
import { serverView } from "../screens/server/server-view.ts";
import { chipLook } from "./chip-look.ts";
import { StorageChip } from "./storage-chip.tsx";

/** The foot of the window: where keys are kept and how the server is. Each chip is a button. */
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

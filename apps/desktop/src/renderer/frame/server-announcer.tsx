import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { desktopQuery } from "../data/queries.ts";
import { serverView } from "../screens/server/server-view.ts";

/** The one polite live region: it says the new state of the server, and nothing that only counts time. */
export function ServerAnnouncer() {
  const { t } = useTranslation();
  const { data } = useQuery(desktopQuery);
  return (
    <output className="sr-only">{data && t("server.label", { state: t(serverView(data).word) })}</output>
  );
}

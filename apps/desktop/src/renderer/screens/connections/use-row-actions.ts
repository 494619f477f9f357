import type { Connection } from "@latchkey/api-contracts/connections";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { announceDone, announceFailed } from "../../components/toasts.tsx";
import { bridge } from "../../data/bridge.ts";
import { showConnection } from "../../data/connections.ts";
import { asErrorData, errorText } from "../../text/error-text.ts";
import type { RowAction } from "./row-menu.tsx";

/** Does what the menu of a row offers; a deletion is asked for first. */
export function useRowActions(onDelete: (connection: Connection) => void) {
  const { t } = useTranslation();
  const navigate = useNavigate();

  async function update(connection: Connection, action: "move" | "toggle"): Promise<void> {
    const { id, revision, scope, isDisabled, displayName: name } = connection;
    const change =
      action === "toggle"
        ? { isDisabled: !isDisabled }
        : { scope: scope === "user" ? ("workspace" as const) : ("user" as const) };
    try {
      const answer = await bridge.connections.update({ id, revision, ...change });
      showConnection(answer.connection);
      const done = action === "move" ? "moved" : isDisabled ? "enabled" : "disabled";
      announceDone(t(`connections.${done}`, { name }));
    } catch (thrown) {
      announceFailed(t("connections.notChanged", { name }), errorText(t, asErrorData(thrown)));
    }
  }

  return (connection: Connection, action: RowAction): void => {
    const { id, providerId } = connection;
    switch (action) {
      case "open":
        return void navigate({ to: "/connections/$id", params: { id } });
      case "test":
        return void navigate({ to: "/connections/$id", params: { id }, search: { test: true } });
      case "duplicate":
        return void navigate({
          to: "/connections/new/$providerId",
          params: { providerId },
          search: { from: id },
        });
      case "move":
      case "toggle":
        return void update(connection, action);
      case "delete":
        return onDelete(connection);
    }
  };
}

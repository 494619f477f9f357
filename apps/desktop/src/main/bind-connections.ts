import type { ConnectionId, ProviderId, SecretKey } from "@latchkey/api-contracts/ids";
import { areas } from "@latchkey/api-contracts/ipc";
import type { TestConnection } from "@latchkey/connections";
import type { Host } from "@latchkey/host";
import { app, type BrowserWindow, dialog } from "electron";
import type { RequestFromWindow } from "./access/window-requester.ts";
import type { UseQuestion } from "./ipc/approve-use.ts";
import { bindIpc, type WindowBinding } from "./ipc/bind-ipc.ts";
import { connectionsHandlers } from "./ipc/connections-handlers.ts";
import { llmConfigsHandlers } from "./ipc/llm-configs-handlers.ts";
import { translatorFor } from "./translator.ts";

/** Binds the areas of connections, and gives what tells the window of changes. */
export function bindConnections(options: {
  binding: WindowBinding;
  host: Promise<Host>;
  window: () => BrowserWindow | undefined;
  testConnection: TestConnection;
  requestAccess: RequestFromWindow;
  onSecretsChanged: (keys: SecretKey[]) => void;
}) {
  const { binding, host, window, testConnection, requestAccess, onSecretsChanged } = options;
  const sendConnectionsEvent = bindIpc({
    ...binding,
    area: areas.connections,
    handlers: connectionsHandlers({
      host,
      askForFolder: () => askForFolder(window()),
      askForUse: (question) => askForUse(window(), question),
      testConnection,
      requestAccess,
      onSecretsChanged,
    }),
  });
  const sendLlmEvent = bindIpc({
    ...binding,
    area: areas.llmConfigs,
    handlers: llmConfigsHandlers({ host, onSecretsChanged }),
  });
  const sendProvidersEvent = bindIpc({
    ...binding,
    area: areas.providers,
    handlers: {
      async list() {
        const { connections } = await host;
        await connections.open();
        return { providers: connections.providers.list() };
      },
    },
  });
  return {
    onConnectionsChanged(ids: readonly ConnectionId[]) {
      sendConnectionsEvent("changed", { ids: [...ids] });
      sendLlmEvent("changed", { ids: [...ids] });
    },
    onProvidersChanged: (ids: readonly ProviderId[]) => sendProvidersEvent("changed", { ids: [...ids] }),
  };
}

/** A dialog of the system, which the window cannot answer. */
async function askForUse(window: BrowserWindow | undefined, question: UseQuestion): Promise<boolean> {
  const t = translatorFor(app.getLocale());
  const { key, name, address } = question;
  const options = {
    type: "question",
    message: t("connections.useQuestion.title", { key, name }),
    detail:
      address === ""
        ? t("connections.useQuestion.noAddress")
        : t("connections.useQuestion.address", { address }),
    buttons: [t("common.cancel"), t("connections.useQuestion.use")],
    defaultId: 0,
    cancelId: 0,
  } as const;
  const shown = { ...options, buttons: [...options.buttons] };
  const { response } = await (window ? dialog.showMessageBox(window, shown) : dialog.showMessageBox(shown));
  return response === 1;
}

async function askForFolder(window: BrowserWindow | undefined): Promise<string | undefined> {
  const properties: ("openDirectory" | "createDirectory")[] = ["openDirectory", "createDirectory"];
  const answer = await (window
    ? dialog.showOpenDialog(window, { properties })
    : dialog.showOpenDialog({ properties }));
  return answer.canceled ? undefined : answer.filePaths[0];
}

import type { SecretKey } from "@latchkey/api-contracts/ids";
import { areas } from "@latchkey/api-contracts/ipc";
import type { Folders, Host } from "@latchkey/host";
import type { BrowserWindow, WebFrameMain } from "electron";
import { startAccess } from "./access/start-access.ts";
import { askForFile } from "./ask-for-file.ts";
import { bindConnections } from "./bind-connections.ts";
import { auditHandlers } from "./ipc/audit-handlers.ts";
import { bindIpc } from "./ipc/bind-ipc.ts";
import { desktopHandlers } from "./ipc/desktop-handlers.ts";
import { secretsHandlers } from "./ipc/secrets-handlers.ts";
import { isOwnFrame } from "./window.ts";

/** Binds every area of the window, and gives what tells the window of changes. */
export function bindAreas(options: {
  host: Promise<Host>;
  folders: Folders;
  window: () => BrowserWindow | undefined;
  openLogsFolder: () => Promise<void>;
}) {
  const { host, folders, window, openLogsFolder } = options;
  const binding = {
    isTrusted: (frame: WebFrameMain | null) => isOwnFrame(window(), frame),
    listeners() {
      const open = window();
      return open && !open.isDestroyed() ? [open.webContents] : [];
    },
    onUnexpected: async (channel: string, err: unknown) => (await host).log.error({ channel, err }),
  };
  const sendSecretsEvent = bindIpc({
    ...binding,
    area: areas.secrets,
    handlers: secretsHandlers({ host, onChanged: (keys) => onSecretsChanged(keys) }),
  });
  const sendDesktopEvent = bindIpc({
    ...binding,
    area: areas.desktop,
    handlers: desktopHandlers({ host, openLogsFolder }),
  });
  const sendAuditEvent = bindIpc({
    ...binding,
    area: areas.audit,
    handlers: auditHandlers({ host, askForFile: (name) => askForFile(window(), name) }),
  });
  const access = startAccess({ host, folders, mainWindow: window, binding });
  const connections = bindConnections({
    binding,
    host,
    window,
    testConnection: access.testConnection,
    requestAccess: access.requestFromWindow,
    onSecretsChanged: (keys) => onSecretsChanged(keys),
  });
  /** A connection's state tells of its secrets, so it may have changed with them. */
  function onSecretsChanged(keys: SecretKey[]): void {
    sendSecretsEvent("changed", { keys });
    connections.onConnectionsChanged([]);
  }
  const onStateChanged = async () => sendDesktopEvent("stateChanged", (await host).state());
  return {
    ...connections,
    access,
    onSecretsChanged,
    onStateChanged,
    onChange(keys: readonly SecretKey[]) {
      if (keys.length > 0) onSecretsChanged([...keys]);
      void onStateChanged();
    },
    onActivity: () => sendAuditEvent("appended", {}),
    onUnrecorded: (unrecorded: number) => sendAuditEvent("statusChanged", { unrecorded }),
  };
}

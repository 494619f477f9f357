import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { areas } from "@latchkey/api-contracts/ipc";
import { app, type BrowserWindow, dialog, shell, type WebFrameMain } from "electron";
import { registerAppScheme, serveRenderer } from "./app-protocol.ts";
import { type Core, openCore } from "./core.ts";
import { type Folders, foldersOf } from "./folders.ts";
import { bindIpc } from "./ipc/bind-ipc.ts";
import { desktopHandlers } from "./ipc/desktop-handlers.ts";
import { secretsHandlers } from "./ipc/secrets-handlers.ts";
import { serverModule } from "./launch/server-module.ts";
import { createUtilityProcessLauncher } from "./launch/utility-process-launcher.ts";
import { installMenu } from "./menu.ts";
import { translatorFor } from "./translator.ts";
import { findUnsafeEnvironment } from "./unsafe-environment.ts";
import { denyPermissions, forbidLeaving, isOwnFrame, openWindow, rendererFolder } from "./window.ts";

function start(): void {
  const folders = foldersOf("latchkey");
  app.setName("Latchkey");
  for (const folder of [folders.config, folders.cache]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  app.setPath("userData", folders.config);
  app.setPath("sessionData", folders.cache);
  app.setPath("crashDumps", join(folders.cache, "crashes"));
  const { env } = process;
  const unsafe = findUnsafeEnvironment({
    env,
    hasSwitch: app.commandLine.hasSwitch,
    isPackaged: app.isPackaged,
  });
  if (unsafe) {
    process.stderr.write(`${unsafe}\n`);
    return app.exit(1);
  }
  if (!app.requestSingleInstanceLock()) return app.exit(0);
  registerAppScheme();
  forbidLeaving();
  void app.whenReady().then(() =>
    run(folders).catch((error: unknown) => {
      const t = translatorFor(app.getLocale());
      const message = error instanceof Error ? error.message : "";
      dialog.showErrorBox(t("dialog.startFailedTitle"), t("dialog.startFailedBody", { message }));
      app.exit(1);
    }),
  );
}

async function run(folders: Folders): Promise<void> {
  denyPermissions();
  serveRenderer(rendererFolder);
  let window: BrowserWindow | undefined;
  const core = await openCore({
    folders,
    launcher: createUtilityProcessLauncher(serverModule({ env: process.env, isPackaged: app.isPackaged })),
    onStorageReturned: () => sendSecretsEvent("changed", { keys: [] }),
    onChange(keys) {
      if (keys.length > 0) sendSecretsEvent("changed", { keys: [...keys] });
      sendDesktopEvent("stateChanged", core.state());
    },
  });
  const { log, supervisor } = core;
  const restartServer = () => void supervisor.restart({ kind: "person", keys: [] }).catch(() => undefined);
  const openLogsFolder = async () => void (await shell.openPath(folders.logs));

  const binding = {
    isTrusted: (frame: WebFrameMain | null) => isOwnFrame(window, frame),
    listeners: () => (window && !window.isDestroyed() ? [window.webContents] : []),
    onUnexpected: (channel: string, err: unknown) => log.error({ channel, err }),
  };
  const sendSecretsEvent = bindIpc({
    ...binding,
    area: areas.secrets,
    handlers: secretsHandlers({ core, onChanged: (keys) => sendSecretsEvent("changed", { keys }) }),
  });
  const sendDesktopEvent = bindIpc({
    ...binding,
    area: areas.desktop,
    handlers: desktopHandlers({ core, openLogsFolder }),
  });
  supervisor.subscribe(() => sendDesktopEvent("stateChanged", core.state()));
  endWithApp(core);
  core.changes.deliver({ kind: "app-start", keys: [] }).catch((err: unknown) => log.warn({ err }));

  const showWindow = () => {
    if (!window || window.isDestroyed()) window = openWindow(folders);
    if (window.isMinimized()) window.restore();
    window.focus();
  };
  app.on("second-instance", showWindow);
  app.on("activate", showWindow);
  app.on("window-all-closed", () => app.quit());
  installMenu(translatorFor(app.getLocale()), { restartServer, openLogsFolder }, app.isPackaged);
  showWindow();
}

/** The server ends before the app does, and within its limits. */
function endWithApp(core: Core): void {
  let isOver = false;
  app.on("before-quit", (event) => {
    if (isOver) return;
    event.preventDefault();
    isOver = true;
    void Promise.resolve(core[Symbol.asyncDispose]()).finally(() => app.quit());
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => app.quit());
}

start();

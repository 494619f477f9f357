import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Folders, findUnsafeEnvironment, foldersOf, openHost } from "@latchkey/host";
import { app, type BrowserWindow, dialog, shell } from "electron";
import { registerSchemes, serveRenderer } from "./app-protocol.ts";
import { bindAreas } from "./bind-areas.ts";
import { endWithApp } from "./end-with-app.ts";
import { serverModule } from "./launch/server-module.ts";
import { createUtilityProcessLauncher } from "./launch/utility-process-launcher.ts";
import { installMenu } from "./menu.ts";
import { translatorFor } from "./translator.ts";
import {
  denyPermissions,
  developmentUrl,
  forbidLeaving,
  forbidNames,
  openWindow,
  rendererFolder,
} from "./window.ts";

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
    hasSwitch: (name) => app.commandLine.hasSwitch(name),
    isPackaged: app.isPackaged,
  });
  if (unsafe) {
    process.stderr.write(`${unsafe}\n`);
    return app.exit(1);
  }
  // An edit of the main process starts the next app while the last one still ends.
  if (!developmentUrl() && !app.requestSingleInstanceLock()) return app.exit(0);
  registerSchemes();
  forbidLeaving();
  forbidNames();
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
  // The window opens meanwhile; its first requests wait for the store.
  const opening = openHost({
    folders,
    launcher: createUtilityProcessLauncher(serverModule({ env: process.env, isPackaged: app.isPackaged })),
    toolAccess: () => told.access.toolAccess,
    onStorageReturned: () => told.onSecretsChanged([]),
    onChange: (keys) => told.onChange(keys),
    onExternalChange: () => told.onSecretsChanged([]),
    onConnectionsChanged: (ids) => told.onConnectionsChanged(ids),
    onProvidersChanged: (ids) => told.onProvidersChanged(ids),
    onActivity: () => told.onActivity(),
    onUnrecorded: (count) => told.onUnrecorded(count),
  });
  const openLogsFolder = async () => void (await shell.openPath(folders.logs));
  const told = bindAreas({ host: opening, folders, window: () => window, openLogsFolder });
  const showWindow = () => {
    if (!window || window.isDestroyed()) {
      window = openWindow(folders);
      // Windows of extensions are no reason to go on.
      window.once("closed", () => app.quit());
    }
    if (window.isMinimized()) window.restore();
    window.focus();
  };
  showWindow();

  const host = await opening;
  const { supervisor, log } = host;
  const restartServer = () => void supervisor.restart({ kind: "person", keys: [] }).catch(() => undefined);
  installMenu(translatorFor(app.getLocale()), { restartServer, openLogsFolder }, app.isPackaged);
  endWithApp(told.access, host);
  app.on("second-instance", showWindow);
  app.on("activate", showWindow);
  // A key storage may have been locked or unlocked while the person was elsewhere.
  app.on("browser-window-focus", () => told.onSecretsChanged([]));
  supervisor.subscribe(() => void told.onStateChanged());
  await host.changes.deliver({ kind: "app-start", keys: [] }).catch((err: unknown) => log.warn({ err }));
}

start();

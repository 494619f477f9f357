import { join } from "node:path";
import type { Folders } from "@latchkey/host";
import { app, BrowserWindow, nativeTheme, type Session, screen, session, type WebFrameMain } from "electron";
import { MAIN_HOST } from "./app-protocol.ts";
import { fitBounds, MIN_SIZE, readWindowBounds, writeWindowBounds } from "./window-bounds.ts";

/** `canvas` of theme.css, so that a window does not flash before the first paint. */
export function backgroundColor(): string {
  return nativeTheme.shouldUseDarkColors ? "#17181c" : "#ffffff";
}

/** Opens the one window: sandboxed, isolated, showing nothing but our own pages. */
export function openWindow(folders: Folders): BrowserWindow {
  const boundsFile = join(folders.config, "window.json");
  const last = readWindowBounds(boundsFile);
  const workAreas = screen.getAllDisplays().map((display) => display.workArea);
  const window = new BrowserWindow({
    ...fitBounds(last?.bounds, workAreas),
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    show: false,
    title: "Latchkey",
    backgroundColor: backgroundColor(),
    webPreferences: {
      preload: join(import.meta.dirname, "../preload/index.cjs"),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  if (last?.isMaximized) window.maximize();
  window.once("ready-to-show", () => window.show());
  window.on("close", () => {
    writeWindowBounds(boundsFile, {
      version: 1,
      bounds: window.getNormalBounds(),
      isMaximized: window.isMaximized(),
    });
  });
  // The page keeps nothing, so a new one goes on where the lost one was.
  window.webContents.on("render-process-gone", () => window.reload());
  void window.loadURL(`${pageOrigin()}/index.html`);
  return window;
}

/** The server that reloads the page on each edit; undefined in an installed app and in tests. */
export function developmentUrl(): string | undefined {
  return app.isPackaged ? undefined : process.env["ELECTRON_RENDERER_URL"];
}

/** The origin of a page of ours. */
export function pageOrigin(host: string = MAIN_HOST): string {
  const url = developmentUrl();
  return url ? new URL(url).origin : `app://${host}`;
}

/** The folder of the renderer in the built app. */
export const rendererFolder = join(import.meta.dirname, "../renderer");

/** Whether the frame is the top frame of the window and shows our own page. */
export function isOwnFrame(window: BrowserWindow | undefined, frame: WebFrameMain | null): boolean {
  return isTopFrame(window, frame, pageOrigin());
}

/** Whether the frame is the top frame of the window and shows a page of the origin. */
export function isTopFrame(
  window: BrowserWindow | undefined,
  frame: WebFrameMain | null,
  origin: string,
): boolean {
  if (!window || window.isDestroyed() || !frame) return false;
  return frame === window.webContents.mainFrame && frame.origin === origin;
}

/**
 * Leaves Chromium without names: no page of ours needs the network, and a page that looks a name up, `dns-prefetch` for
 * example, tells it to others past every policy. Requests of the app go through Node. Before the app is ready.
 */
export function forbidNames(): void {
  if (!developmentUrl()) app.commandLine.appendSwitch("host-resolver-rules", "MAP * ~NOTFOUND");
}

/** Applies to every window that will ever exist: no navigation, no new windows, no webviews. */
export function forbidLeaving(): void {
  app.on("web-contents-created", (_event, contents) => {
    contents.on("will-navigate", (event) => event.preventDefault());
    contents.on("will-frame-navigate", (event) => event.preventDefault());
    contents.on("will-redirect", (event) => event.preventDefault());
    contents.on("will-attach-webview", (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: "deny" }));
  });
}

/** Denies every permission, to pages that ask and to pages that check. */
export function denyPermissions(target: Session = session.defaultSession): void {
  target.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  target.setPermissionCheckHandler(() => false);
  target.setDevicePermissionHandler(() => false);
}

import { join } from "node:path";
import type { AreaHandlers } from "@latchkey/api-contracts/area";
import { consentPrompt } from "@latchkey/api-contracts/consent";
import { app, BrowserWindow, Notification, type Session, session } from "electron";
import type { TFunction } from "i18next";
import { CONSENT_HOST, serveRenderer } from "../app-protocol.ts";
import { bindIpc, type SendEvent } from "../ipc/bind-ipc.ts";
import { backgroundColor, denyPermissions, isTopFrame, pageOrigin, rendererFolder } from "../window.ts";
import { createArming } from "./arming.ts";

export interface ConsentWindowOptions {
  /** Stands below the question; the question asks for attention by itself where it cannot be seen. */
  readonly mainWindow: () => BrowserWindow | undefined;
  /** Asked for at each question: what answers is opened with this window. */
  readonly handlers: () => AreaHandlers<typeof consentPrompt>;
  readonly t: TFunction;
  readonly onUnexpected: (channel: string, error: unknown) => Promise<void>;
}

/** The window of the question. It has channels, a page and a session that no other window has. */
export interface ConsentWindow {
  /** Opens it, or, while the app has no window to be seen, a notification that opens it. */
  open(onGone: () => void): void;
  /** Brings it to the front; opens it when there was only a notification. */
  focus(): void;
  close(): void;
  /** Tells the page that the question or the number of those behind it is another one. */
  changed(waiting: number): void;
}

export function createConsentWindow(options: ConsentWindowOptions): ConsentWindow {
  const { mainWindow, t } = options;
  let shown: { window: BrowserWindow; send: SendEvent<typeof consentPrompt> } | undefined;
  let unseen: { notice: Notification; onGone: () => void } | undefined;

  function dropNotice(): void {
    unseen?.notice.close();
    unseen = undefined;
  }

  function show(onGone: () => void): void {
    dropNotice();
    const parent = visible(mainWindow());
    const window = openQuestion(parent, t("consent.windowTitle"));
    const { webContents } = window;
    const arming = createArming(window);
    const send = bindIpc({
      area: consentPrompt,
      channels: webContents.ipc,
      isTrusted: (frame) => isTopFrame(window, frame, pageOrigin(CONSENT_HOST)),
      listeners: () => (window.isDestroyed() ? [] : [webContents]),
      onUnexpected: options.onUnexpected,
      handlers: {
        getQuestion: (request) => options.handlers().getQuestion(request),
        // No is always taken; a yes only from a person who has had the time to see what it is for.
        answer: (answer) =>
          answer.choice === "deny" || arming.isArmed()
            ? options.handlers().answer(answer)
            : { isAccepted: false },
      },
    });
    shown = { window, send };
    webContents.on("render-process-gone", () => window.destroy());
    window.on("closed", () => {
      if (shown?.window === window) shown = undefined;
      onGone();
    });
  }

  return {
    open(onGone) {
      if (visible(mainWindow()) || !Notification.isSupported()) return show(onGone);
      // Says nothing of who and what: others may see the screen.
      const notice = new Notification({ title: t("consent.noticeTitle"), body: t("consent.noticeBody") });
      unseen = { notice, onGone };
      notice.on("click", () => unseen?.notice === notice && show(onGone));
      notice.show();
    },
    focus() {
      if (shown) bringUp(shown.window);
      else if (unseen) show(unseen.onGone);
    },
    close() {
      dropNotice();
      shown?.window.destroy();
    },
    changed: (waiting) => shown?.send("changed", { waiting }),
  };
}

function visible(window: BrowserWindow | undefined): BrowserWindow | undefined {
  if (!window || window.isDestroyed() || !window.isVisible() || window.isMinimized()) return undefined;
  return window;
}

function bringUp(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function openQuestion(parent: BrowserWindow | undefined, title: string): BrowserWindow {
  const window = new BrowserWindow({
    ...(parent && { parent }),
    width: 560,
    height: 620,
    minWidth: 420,
    minHeight: 420,
    show: false,
    backgroundColor: backgroundColor(),
    title,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    autoHideMenuBar: true,
    alwaysOnTop: !parent,
    webPreferences: {
      session: consentSession(),
      preload: join(import.meta.dirname, "../preload/consent.cjs"),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      disableDialogs: true,
      devTools: !app.isPackaged,
    },
  });
  window.removeMenu();
  window.on("page-title-updated", (event) => event.preventDefault());
  window.once("ready-to-show", () => bringUp(window));
  void window.loadURL(`${pageOrigin(CONSENT_HOST)}/consent/index.html`);
  return window;
}

/** A session of its own: no storage, cache or channel is shared with the main window. */
function consentSession(): Session {
  const own = session.fromPartition("consent");
  if (own.protocol.isProtocolHandled("app")) return own;
  denyPermissions(own);
  own.setSpellCheckerEnabled(false);
  serveRenderer(rendererFolder, { host: CONSENT_HOST, protocol: own.protocol });
  const origin = `${pageOrigin(CONSENT_HOST)}/`;
  own.webRequest.onBeforeRequest(({ url }, answer) => {
    const isOwn =
      url.startsWith(origin) || (!app.isPackaged && url.startsWith(origin.replace(/^http/, "ws")));
    answer({ cancel: !isOwn && !url.startsWith("devtools:") });
  });
  return own;
}

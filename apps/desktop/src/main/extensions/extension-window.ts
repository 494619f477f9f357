import { join } from "node:path";
import { type ExtensionEvent, type ExtensionSign, extensionBridge } from "@latchkey/api-contracts/extensions";
import { app, BrowserWindow } from "electron";
import { bindIpc } from "../ipc/bind-ipc.ts";
import { isTopFrame } from "../window.ts";
import type { ExtensionFolder } from "./extension-folder.ts";
import { extensionOrigin, openExtensionSession } from "./extension-session.ts";

/** A run of an extension. */
export interface ExtensionRun extends Disposable {
  tell(event: ExtensionEvent): void;
  /** What its process holds. **Units** bytes; undefined when that is not known. */
  memory(): number | undefined;
}

export interface ExtensionRunOptions {
  readonly call: (text: string) => Promise<string>;
  readonly onSign: (sign: ExtensionSign) => void;
  readonly onGone: (how: "crashed" | "unresponsive") => void;
  readonly onUnexpected: (channel: string, error: unknown) => Promise<void>;
}

/** Runs an extension in a hidden, sandboxed window with an origin and a session of its own. */
export async function openExtensionWindow(
  folder: ExtensionFolder,
  options: ExtensionRunOptions,
): Promise<ExtensionRun> {
  const { call, onSign, onGone, onUnexpected } = options;
  const origin = extensionOrigin(folder.id);
  const window = new BrowserWindow({
    show: false,
    paintWhenInitiallyHidden: false,
    focusable: false,
    skipTaskbar: true,
    webPreferences: {
      session: await openExtensionSession(folder),
      preload: join(import.meta.dirname, "../preload/extension.cjs"),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      spellcheck: false,
      images: false,
      webgl: false,
      disableDialogs: true,
      devTools: !app.isPackaged,
    },
  });
  const contents = window.webContents;
  contents.setWebRTCIPHandlingPolicy("disable_non_proxied_udp");
  contents.setAudioMuted(true);
  contents.on("render-process-gone", () => onGone("crashed"));
  contents.on("unresponsive", () => onGone("unresponsive"));
  const send = bindIpc({
    area: extensionBridge,
    channels: contents.ipc,
    isTrusted: (frame) => isTopFrame(window, frame, origin),
    listeners: () => (window.isDestroyed() ? [] : [contents]),
    onUnexpected,
    handlers: {
      call: async ({ text }) => ({ text: await call(text) }),
      sign: (sign) => {
        onSign(sign);
        return {};
      },
    },
  });
  // Served from memory, it cannot fail to load; a process that is lost meanwhile has its own event.
  contents.loadURL(`${origin}/host/`).catch(() => undefined);
  return {
    tell: (event) => send("told", { text: JSON.stringify(event) }),
    memory() {
      if (window.isDestroyed()) return undefined;
      const pid = contents.getOSProcessId();
      const process = app.getAppMetrics().find((metric) => metric.pid === pid);
      return process && process.memory.workingSetSize * 1024;
    },
    [Symbol.dispose]() {
      if (!window.isDestroyed()) window.destroy();
    },
  };
}

// An Electron app that does nothing but show a page: what opening a window costs by itself.
import { app, BrowserWindow } from "electron";

void app.whenReady().then(() => {
  const window = new BrowserWindow({ show: false, webPreferences: { sandbox: true } });
  window.once("ready-to-show", () => window.show());
  return window.loadURL("data:text/html,<title>Bare</title><nav>Bare</nav>");
});

import { extname, join } from "node:path";
import { app, type BrowserWindow, dialog } from "electron";

/** Asks the person where a file goes, in a dialog of the window; undefined when they changed their mind. */
export async function askForFile(
  window: BrowserWindow | undefined,
  name: string,
): Promise<string | undefined> {
  const extension = extname(name).slice(1);
  const options = {
    defaultPath: join(app.getPath("documents"), name),
    filters: [{ name: extension.toUpperCase(), extensions: [extension] }],
  };
  const answer = await (window ? dialog.showSaveDialog(window, options) : dialog.showSaveDialog(options));
  return answer.canceled ? undefined : answer.filePath;
}

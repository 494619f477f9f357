import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { Latchkey } from "./latchkey.ts";

/** A value that is found again wherever it goes. Unlike any other in the same run. */
export function canary(): string {
  return `canary-${crypto.randomUUID()}`;
}

/** Records every answer and every event that leaves the main process, from now on. */
export async function recordMessages({ app }: Latchkey): Promise<() => Promise<string>> {
  await app.evaluate(({ app: electronApp, ipcMain, BrowserWindow }) => {
    const record: string[] = [];
    (globalThis as unknown as { record: string[] }).record = record;
    type Handler = (...args: unknown[]) => unknown;
    const { _invokeHandlers: handlers } = ipcMain as unknown as { _invokeHandlers: Map<string, Handler> };
    const recordAnswers = (all: Map<string, Handler>) => {
      for (const [channel, handler] of all) {
        all.set(channel, async (...args) => {
          const answer = await handler(...args);
          record.push(JSON.stringify({ channel, answer }));
          return answer;
        });
      }
    };
    const recordWindow = ({ webContents }: Electron.BrowserWindow) => {
      const send = webContents.send.bind(webContents);
      webContents.send = (channel, ...args) => {
        record.push(JSON.stringify({ channel, args }));
        send(channel, ...args);
      };
      const own = webContents.ipc as unknown as { _invokeHandlers: Map<string, Handler> };
      recordAnswers(own._invokeHandlers);
    };
    recordAnswers(handlers);
    for (const window of BrowserWindow.getAllWindows()) recordWindow(window);
    // The channels of a new window are bound in the same turn, after this event.
    electronApp.on("browser-window-created", (_event, window) => setImmediate(() => recordWindow(window)));
  });
  return () => app.evaluate(() => (globalThis as unknown as { record: string[] }).record.join("\n"));
}

/** The forms in which a value could be found in a file. */
function formsOf(value: string): Buffer[] {
  const bytes = Buffer.from(value);
  const inBase64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [
    bytes,
    Buffer.from(value, "utf16le"),
    Buffer.from(bytes.toString("hex")),
    ...inBase64.map((text) => Buffer.from(text)),
  ];
}

/** The files below a folder. A folder of it that goes meanwhile, as those of locks do, has none. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path).catch(noneIfGone);
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

function noneIfGone(error: NodeJS.ErrnoException): [] {
  if (error.code !== "ENOENT") throw error;
  return [];
}

/** The files below the folder that hold the value in some form. */
export async function filesWith(folder: string, value: string): Promise<string[]> {
  const forms = formsOf(value);
  const found: string[] = [];
  for (const path of await filesBelow(folder)) {
    const content = await readFile(path).catch(() => Buffer.alloc(0));
    if (forms.some((form) => content.includes(form))) found.push(path);
  }
  return found;
}

/** The page's markup and what stands in its fields must not hold the value. */
export async function expectNotInPage({ page }: Latchkey, value: string): Promise<void> {
  const fields = await page.evaluate(() =>
    [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value),
  );
  expect((await page.content()) + fields.join("\n")).not.toContain(value);
}

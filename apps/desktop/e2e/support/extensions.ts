import { createSocket } from "node:dgram";
import { once } from "node:events";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { ExtensionState } from "@latchkey/api-contracts/extensions";
import type { TestSession } from "@latchkey/test-session";
import type { ElectronApplication, Page } from "@playwright/test";

/** The extensions of this repository, and those that only tests have. */
export const fixtures = join(import.meta.dirname, "../fixtures");

/** Puts an extension where installed ones are; `files` come on top of those of the folder. */
export async function installExtension(
  { folder }: Pick<TestSession, "folder">,
  extension: { id: string; from?: string; files?: Readonly<Record<string, string>> },
): Promise<string> {
  const path = join(folder, "data", "latchkey", "extensions", extension.id);
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (extension.from !== undefined) await cp(extension.from, path, { recursive: true });
  for (const [name, text] of Object.entries(extension.files ?? {})) await writeFile(join(path, name), text);
  return path;
}

/** One extension as the window sees it; undefined while it is not in the list. */
export async function extensionState(page: Page, id: string): Promise<ExtensionState | undefined> {
  const { extensions } = await page.evaluate(() => window.latchkey.extensions.list());
  return extensions.find((state) => state.status !== "invalid" && state.id === id);
}

/** Runs code in the page around an extension, which the extension itself cannot reach. */
export function inExtensionPage(app: ElectronApplication, id: string, code: string): Promise<unknown> {
  return app.evaluate(
    async ({ BrowserWindow }, [prefix, script]) => {
      const window = BrowserWindow.getAllWindows().find(({ webContents }) =>
        webContents.getURL().startsWith(prefix),
      );
      return window?.webContents.executeJavaScript(script);
    },
    [`latchkey-extension://${id}.extension/`, code] as const,
  );
}

/** A port of this machine that counts whoever reaches it, over TCP or UDP. */
export async function openTarget(): Promise<{ port: number; hits: () => number; close: () => void }> {
  let count = 0;
  const server = createServer((socket) => {
    count += 1;
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const datagrams = createSocket("udp4", () => {
    count += 1;
  });
  datagrams.bind(port, "127.0.0.1");
  await once(datagrams, "listening");
  return {
    port,
    hits: () => count,
    close() {
      server.close();
      datagrams.close();
    },
  };
}

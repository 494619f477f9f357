import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Bridge } from "@latchkey/api-contracts/ipc";
import { type SessionOptions, startTestSession, type TestSession } from "@latchkey/test-session";
import { _electron, test as base, type ElectronApplication, type Page } from "@playwright/test";

declare global {
  interface Window {
    readonly latchkey: Bridge;
  }
}

/** A module to start Electron apps with under Playwright. */
export const holdReady = join(import.meta.dirname, "hold-ready.cjs");
const appFolder = join(import.meta.dirname, "../..");

/** A running app in a session of its own. */
export interface Latchkey {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly pid: number;
  readonly folders: { readonly data: string; readonly logs: string };
}

/** Starts the built app in the session, and waits for its first screen. Another server module takes the place of ours. */
export async function openLatchkey(
  session: Pick<TestSession, "env" | "folder">,
  args: readonly string[] = [],
  serverModule?: string,
): Promise<Latchkey> {
  const executablePath = session.env["ELECTRON_EXEC_PATH"];
  if (!executablePath) throw new Error("ELECTRON_EXEC_PATH is not set: run `pnpm e2e`.");
  const cache = join(session.folder, "cache");
  await mkdir(cache, { recursive: true });
  await chmod(cache, 0o700);
  const app = await _electron.launch({
    executablePath,
    args: [
      "-r",
      holdReady,
      appFolder,
      "--disable-gpu",
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ...args,
    ],
    env: {
      ...session.env,
      XDG_CACHE_HOME: cache,
      LANGUAGE: "",
      ...(serverModule && { LATCHKEY_DEV_SERVER_MODULE: serverModule }),
    },
  });
  const page = await app.firstWindow();
  await page.getByRole("navigation").waitFor();
  const folder = (name: string) => join(session.folder, name, "latchkey");
  return {
    app,
    page,
    pid: app.process().pid ?? 0,
    folders: { data: folder("data"), logs: folder("state") },
  };
}

interface Fixtures {
  sessionOptions: SessionOptions;
  /** Undefined for the product's own server. */
  serverModule: string | undefined;
  /** A desktop session with a display of its own, thrown away after the test. */
  session: TestSession;
  /** The app, opened in the session and closed after the test. */
  latchkey: Latchkey;
}

export const test = base.extend<Fixtures>({
  sessionOptions: [{ keyring: "unlocked" }, { option: true }],
  serverModule: [undefined, { option: true }],
  session: async ({ sessionOptions }, use) => {
    await using session = await startTestSession({ ...sessionOptions, display: true });
    await use(session);
  },
  latchkey: async ({ session, serverModule }, use) => {
    const latchkey = await openLatchkey(session, [], serverModule);
    await use(latchkey);
    await latchkey.app.close();
  },
});

export { expect } from "@playwright/test";

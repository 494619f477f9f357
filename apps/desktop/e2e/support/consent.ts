import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import type { AreaClient } from "@latchkey/api-contracts/area";
import type { consentPrompt } from "@latchkey/api-contracts/consent";
import type { ExtensionId } from "@latchkey/api-contracts/ids";
import type { TestSession } from "@latchkey/test-session";
import { type ElectronApplication, expect, type Page } from "@playwright/test";
import { extensionState } from "./extensions.ts";
import { type Latchkey, openLatchkey } from "./latchkey.ts";
import { waitForHealthy } from "./screens.ts";

/** A model server of this machine, with all requests that reached it. */
export interface ModelServer extends AsyncDisposable {
  readonly address: string;
  readonly requests: { readonly url: string; readonly authorization: string | undefined }[];
}

export async function startModelServer(answer: object): Promise<ModelServer> {
  const requests: ModelServer["requests"] = [];
  const server = createServer((request: IncomingMessage, response) => {
    requests.push({ url: request.url ?? "", authorization: request.headers.authorization });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the model server has no address");
  return {
    address: `http://127.0.0.1:${address.port}/v1`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The connection that `openWithModels` makes. */
export const connectionId = "6f1b1f0e-6d0c-4c51-9a57-0a1f1c1f0b11";
const secretKey = "latchkey.openai-compatible.local";

/**
 * Opens the app with a connection. Its secret, if it has one, was saved by an earlier run: no window of this one has
 * seen the value. Extensions are put in place by `install`.
 */
export async function openWithModels(
  session: TestSession,
  options: { value?: string; address: string; install: () => Promise<unknown>; args?: string[] },
): Promise<Latchkey> {
  const { value, address, install, args } = options;
  const data = join(session.folder, "data", "latchkey");
  await mkdir(data, { recursive: true, mode: 0o700 });
  if (value !== undefined) await saveSecret(session, value);
  await writeFile(join(data, "connections.json"), JSON.stringify(connectionsAt(address)), { mode: 0o600 });
  await install();
  return openLatchkey(session, args);
}

async function saveSecret(session: TestSession, value: string): Promise<void> {
  const { app, page } = await openLatchkey(session);
  const generation = await waitForHealthy(page, 1);
  await page.evaluate(([key, text]) => window.latchkey.secrets.upsert({ key, value: text }), [
    secretKey,
    value,
  ] as const);
  await waitForHealthy(page, generation + 1);
  await app.close();
}

function connectionsAt(address: string): object {
  const now = new Date().toISOString();
  const record = {
    id: connectionId,
    providerId: "openai-compatible",
    displayName: "Local models",
    slug: "local",
    createdAt: now,
    updatedAt: now,
    revision: 1,
    fields: { "base-url": address },
    secrets: { "api-key": secretKey },
  };
  return { version: 1, connections: [record], confirmed: {}, tests: {}, defaultLlm: null };
}

/** Whether the page is that of an open question. */
export const isQuestion = (page: Page) => page.url().includes("/consent/") && !page.isClosed();

/** Waits for the window of the next question. */
export async function nextQuestion({ app }: Pick<Latchkey, "app">): Promise<Page> {
  await expect.poll(() => app.windows().some(isQuestion), { intervals: [50] }).toBe(true);
  const page = app.windows().find(isQuestion);
  if (!page) throw new Error("the question is gone");
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}

/** The address of the page in front, as main knows it; none while another app is. */
export function inFront(app: ElectronApplication): Promise<string> {
  return app.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow()?.webContents.getURL() ?? "");
}

/** Brings the main window before the question, once that has come to the front: it does so when it is painted. */
export async function coverQuestion(app: ElectronApplication): Promise<void> {
  await expect.poll(() => inFront(app)).toMatch(/^app:\/\/consent\//);
  await app.evaluate(({ BrowserWindow }) => {
    const windows = BrowserWindow.getAllWindows();
    windows.find(({ webContents }) => webContents.getURL().startsWith("app://latchkey/"))?.focus();
  });
  await expect.poll(() => inFront(app)).toMatch(/^app:\/\/latchkey\//);
}

/** Answers as a person does: once the buttons act, and again where main has seen the window for a shorter time. */
export async function answer(question: Page, name: string): Promise<void> {
  await question.bringToFront();
  const button = question.getByRole("button", { name, exact: true });
  await expect(async () => {
    if (!question.isClosed()) await button.click({ timeout: 2_000 }).catch(() => undefined);
    expect(question.isClosed()).toBe(true);
  }).toPass({ timeout: 15_000 });
}

/** Presses a key that answers the question. */
export async function pressToClose(question: Page, key: string): Promise<void> {
  const closed = question.waitForEvent("close");
  // The window may be gone before the key is released.
  await question.keyboard.press(key).catch(() => undefined);
  await closed;
}

/** Answers through the bridge of the question's page, past its buttons; whether it counted. */
export function answerAtOnce(question: Page, choice: "deny" | "once" | "always"): Promise<boolean> {
  return question.evaluate(async (wanted) => {
    const { latchkeyConsent } = window as unknown as { latchkeyConsent: AreaClient<typeof consentPrompt> };
    const { question: shown } = await latchkeyConsent.getQuestion();
    if (!shown) throw new Error("nothing is asked");
    const reply = await latchkeyConsent.answer({ questionId: shown.questionId, choice: wanted });
    return reply.isAccepted;
  }, choice);
}

/** What an extension has logged, line by line. */
export async function logOf(page: Page, id: string): Promise<string[]> {
  const state = await extensionState(page, id);
  return state && state.status !== "invalid" ? state.logTail.map(({ text }) => text) : [];
}

/** Stops an extension and starts it again, from its folder as it is now. */
export async function restartExtension(page: Page, id: string): Promise<void> {
  await page.evaluate(async (which) => {
    const extension = which as ExtensionId;
    await window.latchkey.extensions.stop({ id: extension });
    await window.latchkey.extensions.start({ id: extension });
  }, id);
}

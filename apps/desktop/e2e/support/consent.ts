import { createServer, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestSession } from "@latchkey/test-session";
import { expect, type Page } from "@playwright/test";
import type { Latchkey } from "./latchkey.ts";

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

export const connectionId = "6f1b1f0e-6d0c-4c51-9a57-0a1f1c1f0b11";

/** Puts a connection to a model server where the app keeps them; its secret is saved in the window. */
export async function seedConnection(
  { folder }: Pick<TestSession, "folder">,
  baseUrl: string,
  displayName = "Local models",
): Promise<void> {
  const now = new Date().toISOString();
  const record = {
    id: connectionId,
    providerId: "openai-compatible",
    displayName,
    slug: "local",
    createdAt: now,
    updatedAt: now,
    revision: 1,
    fields: { "base-url": baseUrl },
    secrets: { "api-key": "latchkey.openai-compatible.local" },
  };
  const document = { version: 1, connections: [record], confirmed: {}, tests: {}, defaultLlm: null };
  await writeFile(join(folder, "data", "latchkey", "connections.json"), JSON.stringify(document), { mode: 0o600 });
}

/** Waits for the window of the next question. */
export async function nextQuestion({ app }: Pick<Latchkey, "app">, isSeen: (page: Page) => boolean = () => true): Promise<Page> {
  const isQuestion = (page: Page) => page.url().includes("/consent/") && !page.isClosed() && isSeen(page);
  await expect.poll(() => app.windows().some(isQuestion), { intervals: [50] }).toBe(true);
  const page = app.windows().find(isQuestion);
  if (!page) throw new Error("the question is gone");
  await page.getByRole("heading", { level: 1 }).waitFor();
  return page;
}

/** Answers as a person does: once the buttons act. */
export async function answer(question: Page, name: "Deny" | "Allow once" | "Always allow"): Promise<void> {
  await question.bringToFront();
  const closed = question.waitForEvent("close");
  await question.getByRole("button", { name, exact: true }).click();
  await closed;
}

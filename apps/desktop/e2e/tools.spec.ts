import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FrontAddress } from "@latchkey/host/front-file";
import { canary, expectNotInPage, filesWith, recordMessages } from "./support/canary.ts";
import { answer, isQuestion, nextQuestion, startModelServer } from "./support/consent.ts";
import { extensionState, installExtension } from "./support/extensions.ts";
import { expect, type Latchkey, openLatchkey, test } from "./support/latchkey.ts";
import { countInMemory } from "./support/memory.ts";
import { onlyServerOf, serverEnvironment } from "./support/processes.ts";
import { waitForHealthy } from "./support/screens.ts";

const toolServer = join(import.meta.dirname, "fixtures/tool-server.mjs");
const gateway = join(import.meta.dirname, "../../../examples/extensions/gateway-provider");

/** Saves a connection to the extension's provider, whose secrets no server gets; the provider's id. */
async function connect({ page }: Latchkey, address: string, value: string): Promise<string> {
  await expect
    .poll(() => extensionState(page, "example.gateway-provider"))
    .toMatchObject({ status: "ready", providerIds: [expect.any(String), expect.any(String)] });
  return await page.evaluate(
    async ([url, token]) => {
      const { providers } = await window.latchkey.providers.list();
      const provider = providers.find(({ definition }) => definition.title === "Model gateway")?.definition;
      if (!provider) throw new Error("the extension brought no provider");
      await window.latchkey.connections.create({
        providerId: provider.id,
        displayName: "Team gateway",
        fields: { address: url },
        secrets: { token },
      });
      return provider.id;
    },
    [address, value] as const,
  );
}

/** Has the server's tool run, as a client of the server does. */
async function runTool({ folders }: Latchkey, providerId: string): Promise<string> {
  const { port, token } = FrontAddress.parse(
    JSON.parse(await readFile(join(folders.data, "server-front.json"), "utf8")),
  );
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`http://127.0.0.1:${port}/models?provider=${providerId}`, { headers })).text();
}

/** Where a server process asks, and with what: both stand in its environment alone. */
async function toolsOf(app: number): Promise<{ port: string; token: string }> {
  const { LATCHKEY_SERVER_TOOLS_PORT: port = "", LATCHKEY_SERVER_TOKEN: token = "" } =
    await serverEnvironment(app);
  return { port, token };
}

async function statusOf(port: string, headers: Record<string, string>): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/tools/list-connections`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ toolId: "acme/list-models", providerIds: ["openai"] }),
  });
  return response.status;
}

test.describe.configure({ timeout: 90_000 });

test("a tool of the server is allowed once, uses the key without having it, asks again and is denied", async ({
  session,
}) => {
  const value = canary();
  await using models = await startModelServer({ data: [{ id: "model-a" }] });
  await installExtension(session, { id: "example.gateway-provider", from: gateway });
  const latchkey = await openLatchkey(session, [], toolServer);
  const { app, page, pid, folders } = latchkey;
  const providerId = await connect(latchkey, models.address, value);
  await waitForHealthy(page, 1);
  const messages = await recordMessages(latchkey);

  const allowed = runTool(latchkey, providerId);
  const question = await nextQuestion(latchkey);
  await expect(question.getByRole("heading", { level: 1 })).toHaveText(
    /acme\/list-models.* wants to use .*Team gateway/,
  );
  await expect(question.getByText("Agent tool")).toBeVisible();
  await expect(question.locator("img")).toHaveJSProperty("complete", true);
  await answer(question, "Allow once");
  expect(await allowed).toBe('200 {"data":[{"id":"model-a"}]}');
  expect(models.requests).toEqual([{ url: "/v1/models", authorization: `Bearer ${value}` }]);

  const denied = runTool(latchkey, providerId);
  await answer(await nextQuestion(latchkey), "Deny");
  expect(await denied).toBe("No access: denied.");
  expect(models.requests).toHaveLength(1);

  const { entries } = await page.evaluate(() => window.latchkey.audit.list({ limit: 50 }));
  const steps = entries
    .filter(({ event }) => event.action.startsWith("access.") || event.action.startsWith("broker."))
    .map(({ event: { actor, action, outcome } }) => `${actor} ${action} ${outcome}`);
  expect(steps.toReversed()).toEqual([
    "tool:acme/list-models access.request done",
    "app access.grant done",
    "tool:acme/list-models broker.fetch done",
    "tool:acme/list-models access.request done",
  ]);
  expect(await messages()).not.toContain(value);
  await expectNotInPage(latchkey, value);
  expect(await filesWith(folders.logs, value)).toEqual([]);
  expect(await filesWith(folders.data, value)).toEqual([]);
  expect(Object.values(await serverEnvironment(pid)).join("\n")).not.toContain(value);
  if (process.getuid?.() === 0) {
    expect(countInMemory(await onlyServerOf(pid), value)).toBe(0);
  } else process.stdout.write("The memory of the server was not searched: that needs root.\n");
  await app.close();
});

test("only the token of the generation that serves is answered, and no page; its question goes with it", async ({
  session,
}) => {
  await using models = await startModelServer({ data: [] });
  await installExtension(session, { id: "example.gateway-provider", from: gateway });
  const latchkey = await openLatchkey(session, [], toolServer);
  const { app, page, pid } = latchkey;
  const providerId = await connect(latchkey, models.address, canary());
  await waitForHealthy(page, 1);
  const { port, token } = await toolsOf(pid);
  const authorization = `Bearer ${token}`;
  expect([
    await statusOf(port, { authorization }),
    await statusOf(port, {}),
    await statusOf(port, { authorization: `Bearer ${"t".repeat(43)}` }),
    await statusOf(port, { authorization, origin: "https://evil.example" }),
  ]).toEqual([200, 401, 401, 401]);

  const asking = runTool(latchkey, providerId).catch(String);
  const question = await nextQuestion(latchkey);
  const closed = question.waitForEvent("close");
  await page.evaluate(() => window.latchkey.desktop.restartServer());
  await waitForHealthy(page, 2);
  await closed;
  expect(await asking).toBe("No access: cancelled.");
  expect([app.windows().some(isQuestion), models.requests]).toEqual([false, []]);

  const next = await toolsOf(pid);
  expect([next.port, next.token === token]).toEqual([port, false]);
  expect([
    await statusOf(port, { authorization }),
    await statusOf(port, { authorization: `Bearer ${next.token}` }),
  ]).toEqual([401, 200]);
  await app.close();
  await expect(statusOf(port, { authorization })).rejects.toThrow();
});

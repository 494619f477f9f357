import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { canary, expectNotInPage } from "./support/canary.ts";
import { expect, type Latchkey, test } from "./support/latchkey.ts";
import { endOf, serveModels } from "./support/servers.ts";

const address = (page: Page) => page.getByLabel("Address", { exact: true });
const apiKey = (page: Page) => page.getByLabel("API key (optional)", { exact: true });
const result = (page: Page) => page.getByRole("region", { name: "Test result" });
const save = (page: Page) => page.getByRole("button", { name: "Save", exact: true });
const saveUntested = (page: Page) => page.getByRole("button", { name: "Save without testing" });

/** A form for a server of models, filled in. */
async function fillIn({ page }: Latchkey, server: string, key: string): Promise<void> {
  await page.getByRole("link", { name: "Connections" }).click();
  await page.getByRole("button", { name: "Add connection" }).first().click();
  await page.getByRole("link", { name: /^OpenAI-compatible/ }).click();
  await address(page).fill(server);
  await apiKey(page).fill(key);
}

async function savedOnes(page: Page) {
  const { connections } = await page.evaluate(() => window.latchkey.connections.list());
  return connections.map(({ displayName, state, revision }) => [displayName, state, revision]);
}

/** A server on loopback that does with requests what it is told. */
async function serve(answer: RequestListener) {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { server, address: `http://127.0.0.1:${port}/v1`, ...endOf(server) };
}

test("a save is tested first: what does not work is told, not saved and not lost; what works is saved as working", async ({
  latchkey,
}) => {
  const { page } = latchkey;
  const [wrong, right] = [canary(), canary()];
  await using models = await serveModels(right);
  await fillIn(latchkey, models.address, wrong);
  await save(page).click();
  await expect(result(page).getByText("The service did not accept the secret.")).toBeVisible();
  await expect(result(page).getByText("It is not saved yet.")).toBeVisible();
  expect(await savedOnes(page)).toEqual([]);
  await expect(address(page)).toHaveValue(models.address);
  await expect(apiKey(page)).toHaveValue(wrong);
  await expect(save(page)).toBeFocused();

  await apiKey(page).fill(right);
  await page.keyboard.press("Control+Enter");
  await page.getByText(/Saved in Keychain/).waitFor();
  await expect(
    result(page)
      .getByRole("status")
      .getByText(/ works$/),
  ).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  expect(await savedOnes(page)).toEqual([["OpenAI-compatible server", "ok", 1]]);
  // One request for each save: what was tried is what was saved.
  expect(models.keys).toEqual([`Bearer ${wrong}`, `Bearer ${right}`]);

  await page.getByLabel("Name", { exact: true }).fill("Models");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Models" })).toBeVisible();
  await expect(save(page)).toBeFocused();
  await expect(result(page).getByRole("status").getByText("Models works")).toBeVisible();
  expect(await savedOnes(page)).toEqual([["Models", "ok", 2]]);
  for (const value of [wrong, right]) await expectNotInPage(latchkey, value);
});

test("what cannot be saved is told before it is tested", async ({ latchkey }) => {
  const { page } = latchkey;
  const key = canary();
  await using models = await serveModels(key);
  await page.evaluate(
    (url) =>
      window.latchkey.connections.create({
        providerId: "openai-compatible",
        displayName: "Models",
        fields: { "base-url": url },
      }),
    models.address,
  );
  await fillIn(latchkey, models.address, key);
  await page.getByLabel("Name", { exact: true }).fill("models");
  await save(page).click();
  await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
  await expect(page.getByText("This is there already.")).toBeVisible();
  await expect(apiKey(page)).toHaveValue(key);
  expect(models.keys).toEqual([]);
});

/** What the panel of the test offers when it appears: the window looks itself, because a look from outside can be late. */
function firstOffers(page: Page): Promise<string[]> {
  return page.evaluate(
    () =>
      new Promise<string[]>((resolve) => {
        const watch = new MutationObserver(() => {
          const buttons = document.querySelectorAll("section[tabindex] button");
          if (buttons.length === 0) return;
          watch.disconnect();
          resolve([...buttons].map(({ textContent }) => textContent ?? ""));
        });
        watch.observe(document.body, { childList: true, subtree: true });
      }),
  );
}

test("a test that takes its time can be passed over after two seconds, or cancelled at once", async ({
  latchkey,
}) => {
  const { page } = latchkey;
  const key = canary();
  await using silent = await serve(() => undefined);
  await fillIn(latchkey, silent.address, key);
  const offered = firstOffers(page);
  await save(page).click();
  await expect(result(page).getByText(/^Testing OpenAI/)).toBeVisible();
  expect(await offered).toEqual(["Cancel"]);
  await expect(saveUntested(page)).toBeVisible();
  // At once by the window's own clock, from the click to the word.
  const cancelMs = await page.evaluate(async () => {
    const panel = document.querySelector("section[tabindex]");
    const cancel = [...(panel?.querySelectorAll("button") ?? [])].find(
      ({ textContent }) => textContent === "Cancel",
    );
    const startedAt = performance.now();
    cancel?.click();
    while (!panel?.textContent?.includes("was cancelled")) await new Promise(requestAnimationFrame);
    return performance.now() - startedAt;
  });
  process.stdout.write(`a cancelled test is over after ${cancelMs.toFixed(0)} ms (limit 200)\n`);
  expect(cancelMs).toBeLessThan(1_000);
  await expect(apiKey(page)).toHaveValue(key);
  expect(await savedOnes(page)).toEqual([]);

  await save(page).click();
  await saveUntested(page).click();
  await page.getByText(/Saved in Keychain/).waitFor();
  expect(await savedOnes(page)).toEqual([["OpenAI-compatible server", "not-tested", 1]]);
  silent.server.closeAllConnections();
});

test("a save waits ten seconds for its test at most", async ({ latchkey }) => {
  const { page } = latchkey;
  await using silent = await serve(() => undefined);
  await fillIn(latchkey, silent.address, canary());
  await save(page).click();
  await expect(result(page).getByText("The server did not answer in time.")).toBeVisible({ timeout: 15_000 });
  await saveUntested(page).click();
  await page.getByText(/Saved in Keychain/).waitFor();
  silent.server.closeAllConnections();
});

test("leaving while a save is tested asks, and saves nothing", async ({ latchkey }) => {
  const { page } = latchkey;
  await using silent = await serve(() => undefined);
  await fillIn(latchkey, silent.address, canary());
  await save(page).click();
  await page.getByRole("link", { name: "Secrets" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).click();
  await page.getByRole("heading", { level: 1, name: "Secrets" }).waitFor();
  expect(await savedOnes(page)).toEqual([]);
  silent.server.closeAllConnections();
});

test("for another address the saved secret is asked for again, and it never goes there", async ({
  latchkey,
}) => {
  const { page } = latchkey;
  const [first, second] = [canary(), canary()];
  await using models = await serveModels(first);
  await using others = await serveModels(second);
  await fillIn(latchkey, models.address, first);
  await save(page).click();
  await page.getByText(/Saved in Keychain/).waitFor();
  await expect(page.locator('input[type="password"]')).toHaveCount(0);

  await address(page).fill(others.address);
  await expect(page.getByText(/A saved key goes only where it was saved for/)).toBeVisible();
  for (const button of [page.getByRole("button", { name: "Test", exact: true }), save(page)]) {
    await button.click();
    await expect(apiKey(page)).toBeFocused();
    await expect(page.getByText("Enter a value.")).toBeVisible();
  }
  // A window that asks all the same is refused by the store.
  const code = await page.evaluate(async (url) => {
    const { connections } = await window.latchkey.connections.list();
    const [saved] = connections;
    if (!saved) return "nothing there";
    const fields = { "base-url": url };
    return window.latchkey.connections.update({ id: saved.id, revision: saved.revision, fields }).then(
      () => "saved",
      (error: { code: string }) => error.code,
    );
  }, others.address);
  expect(code).toBe("connections.address-changed");
  await address(page).fill(models.address);
  await expect(page.getByText(/Saved in Keychain/)).toBeVisible();

  await address(page).fill(others.address);
  await apiKey(page).fill(second);
  await save(page).click();
  await page.getByText(/Saved in Keychain/).waitFor();
  await expect(
    result(page)
      .getByRole("status")
      .getByText(/ works$/),
  ).toBeVisible();
  expect(others.keys).toEqual([`Bearer ${second}`]);
});

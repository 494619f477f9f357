import { AxeBuilder } from "@axe-core/playwright";
import { canary } from "./support/canary.ts";
import { expect, openLatchkey, test } from "./support/latchkey.ts";
import { addSecret, waitForHealthy } from "./support/screens.ts";

test("the page has no node, no network, and cannot leave", async ({ latchkey }) => {
  const { page, app } = latchkey;
  const seen = await page.evaluate(async () => ({
    node: [typeof require, typeof process, typeof Buffer],
    fetch: await fetch("http://127.0.0.1:1/").then(String, (error: Error) => error.name),
    injected: (() => {
      try {
        document.createElement("script").text = "1";
        return "allowed";
      } catch (error) {
        return (error as Error).name;
      }
    })(),
    opened: window.open("https://example.invalid/"),
    permission: (await navigator.permissions.query({ name: "geolocation" })).state,
  }));
  expect(seen).toEqual({
    node: ["undefined", "undefined", "undefined"],
    fetch: "TypeError",
    injected: "TypeError",
    opened: null,
    permission: "denied",
  });
  await page.evaluate(() => {
    location.href = "https://example.invalid/";
  });
  expect(page.url()).toMatch(/^app:\/\/latchkey\//);
  const preferences = await app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
    const { sandbox, contextIsolation, nodeIntegration, webviewTag } = contents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webviewTag };
  });
  expect(preferences).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
  });
});

test("a second start shows the first window and ends", async ({ latchkey, session }) => {
  await expect(openLatchkey(session)).rejects.toThrow();
  expect(latchkey.app.windows()).toHaveLength(1);
});

test("the window speaks Russian where the system does", async ({ session }) => {
  const { app, page } = await openLatchkey(session, ["--lang=ru"]);
  await expect(page.getByRole("heading", { level: 1, name: "Секреты" })).toBeVisible();
  const menu = await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.items.map(({ label }) => label));
  expect(menu).toContain("Правка");
  await app.close();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`both screens pass axe in ${colorScheme} colours`, async ({ latchkey }) => {
    const { page } = latchkey;
    await page.emulateMedia({ colorScheme });
    await addSecret(page, "provider.openai.api-key", canary());
    await waitForHealthy(page, 2);
    for (const screen of ["Secrets", "Server"]) {
      await page.getByRole("link", { name: screen }).click();
      await page.getByRole("heading", { level: 1, name: screen }).waitFor();
      const { violations } = await new AxeBuilder({ page })
        .setLegacyMode(true)
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
        .analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)])).toEqual([]);
    }
  });
}

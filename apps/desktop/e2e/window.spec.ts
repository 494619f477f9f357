import { canary } from "./support/canary.ts";
import { expect, openLatchkey, test } from "./support/latchkey.ts";
import { lookAt } from "./support/look-at.ts";
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

test("Ctrl+N begins what the screen is for: a secret, or a connection", async ({ latchkey }) => {
  const { page } = latchkey;
  await page.keyboard.press("Control+n");
  const dialog = page.getByRole("dialog", { name: "Add secret" });
  await expect(dialog.getByLabel("Key", { exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.keyboard.press("Control+1");
  await page.keyboard.press("Control+n");
  await expect(page.getByRole("heading", { level: 1, name: "Add connection" })).toBeVisible();
});

test("a button of a list shows what it does: under the pointer, and with the focus until Escape", async ({
  latchkey,
}) => {
  const { page } = latchkey;
  await addSecret(page, "provider.openai.api-key", canary());
  await waitForHealthy(page, 2);
  const hint = page.getByText("Replace", { exact: true });
  const replace = page.getByRole("button", { name: "Replace provider.openai.api-key" });
  await replace.hover();
  await expect(hint).toBeVisible();
  await page.getByRole("heading", { level: 1 }).hover();
  await expect(hint).toBeHidden();
  await page.getByRole("button", { name: "Open provider.openai.api-key" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(replace).toBeFocused();
  await expect(hint).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(hint).toBeHidden();
  await expect(replace).toBeFocused();
});

test("the rows of a list stand one right below the other, in a wide window and in a narrow one", async ({
  latchkey,
}) => {
  const { page, app } = latchkey;
  await page.evaluate(async () => {
    for (const name of ["one", "two", "three"]) {
      await window.latchkey.secrets.upsert({ key: `provider.${name}.api-key`, value: "canary" });
      const fields = { "base-url": "http://127.0.0.1:11434" };
      await window.latchkey.connections.create({ providerId: "ollama", displayName: name, fields });
    }
  });
  const lists = ["Secrets", "Connections", "Activity"];
  for (const [width, list] of [1080, 680].flatMap((wide) => lists.map((name) => [wide, name] as const))) {
    await app.evaluate(({ BrowserWindow }, size) => {
      const [window] = BrowserWindow.getAllWindows();
      window?.setMinimumSize(1, 1);
      window?.setContentSize(size, 700);
    }, width);
    await page.getByRole("link", { name: list }).click();
    const rows = page.getByRole("grid").locator("tbody tr");
    await expect(rows.nth(2)).toBeVisible();
    const gaps = () =>
      rows.evaluateAll((all) =>
        all.slice(1, 3).map((row, index) => {
          const above = all[index];
          const gapPx = row.getBoundingClientRect().top - (above?.getBoundingClientRect().bottom ?? 0);
          return [Math.round(gapPx), row.scrollHeight <= row.clientHeight];
        }),
      );
    await expect.poll(gaps, `${list} at ${width} px`).toEqual([
      [0, true],
      [0, true],
    ]);
  }
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
      await lookAt(page, `${colorScheme}-${screen}`);
    }
  });
}

import type { Page } from "@playwright/test";
import { canary } from "./support/canary.ts";
import { expect, test } from "./support/latchkey.ts";
import { waitForHealthy } from "./support/screens.ts";

const title = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });

async function press(page: Page, name: string | RegExp, role: "button" | "link" = "button"): Promise<void> {
  await page.getByRole("main").getByRole(role, { name }).first().focus();
  await page.keyboard.press("Enter");
}

test("who opens a connection and comes back goes on at its row, and every other screen begins at its title", async ({
  latchkey,
}) => {
  const { page } = latchkey;
  await page.evaluate(async () => {
    for (let index = 10; index < 60; index += 1) {
      await window.latchkey.connections.create({
        providerId: "ollama",
        displayName: `Model ${index}`,
        fields: { "base-url": "http://127.0.0.1:11434" },
      });
    }
  });
  await page.keyboard.press("Control+1");
  const row = page.getByRole("button", { name: "Open Model 48" });
  await press(page, "Open Model 10");
  await press(page, "Close");
  await expect(page.getByRole("button", { name: "Open Model 10" })).toBeFocused();
  for (let down = 0; down < 38; down += 1) await page.keyboard.press("ArrowDown");
  await expect(row).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(title(page, "Model 48")).toBeFocused();
  await press(page, "All connections", "link");
  await expect(row).toBeFocused();
  await expect(row).toBeInViewport();

  await press(page, "Add connection");
  await expect(title(page, "Add connection")).toBeFocused();
  await press(page, /^GitHub/, "link");
  await expect(title(page, "New connection: GitHub")).toBeFocused();
  await press(page, "Cancel");
  await expect(title(page, "Add connection")).toBeFocused();
});

test("the focus goes to the title of the screen where the button that had it is gone", async ({
  latchkey,
}) => {
  const { page } = latchkey;
  await page.evaluate((value) => window.latchkey.secrets.upsert({ key: "provider.a.b", value }), canary());
  await waitForHealthy(page, 1);
  await page.keyboard.press("Control+5");
  await press(page, "Stop");
  await expect(page.getByRole("button", { name: "Start" })).toBeVisible();
  await expect(title(page, "Server")).toBeFocused();
});

import { expect, type Page } from "@playwright/test";

/** How long a busy machine may take to start a server. **Units** milliseconds. */
const startMs = 15_000;

/**
 * Fills in and saves the form for a new secret, as a person would, once the server's first start is under way: else
 * that one would have the secret, and there would be no second.
 */
export async function addSecret(page: Page, key: string, value: string, envName?: string): Promise<void> {
  await expect
    .poll(
      () => page.evaluate(() => window.latchkey.desktop.getState().then(({ server }) => server.generation)),
      { intervals: [50], timeout: startMs },
    )
    .toBeGreaterThanOrEqual(1);
  await page.getByRole("button", { name: "Add secret" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Add secret" });
  await dialog.getByLabel("Key", { exact: true }).fill(key);
  if (envName) await dialog.getByLabel("Environment variable").fill(envName);
  await dialog.getByLabel("Value", { exact: true }).fill(value);
  await dialog.getByRole("button", { name: "Save" }).click();
}

export async function removeSecret(page: Page, key: string): Promise<void> {
  await page.getByRole("button", { name: `Remove ${key}` }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
}

/** Waits until this generation, or a later one, is healthy and no change is under way; the window's state decides. */
export async function waitForHealthy(page: Page, atLeast: number): Promise<number> {
  await expect
    .poll(
      async () => {
        const { server, change } = await page.evaluate(() => window.latchkey.desktop.getState());
        return server.phase === "healthy" && change?.status !== "applying" ? server.generation : 0;
      },
      { intervals: [50], timeout: startMs },
    )
    .toBeGreaterThanOrEqual(atLeast);
  const { server } = await page.evaluate(() => window.latchkey.desktop.getState());
  return server.generation;
}

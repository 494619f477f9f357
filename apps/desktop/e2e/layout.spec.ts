import { join } from "node:path";
import type { Page } from "@playwright/test";
import { canary } from "./support/canary.ts";
import { answer, nextQuestion, openWithModels } from "./support/consent.ts";
import { fixtures, installExtension } from "./support/extensions.ts";
import { expect, type Latchkey, test } from "./support/latchkey.ts";
import { serveModels } from "./support/servers.ts";

/** The least that a person can make the window, and the size that it opens with first. */
const sizes = [
  [900, 600],
  [1080, 720],
] as const;

async function resize({ app, page }: Latchkey, [width, height]: readonly [number, number]): Promise<void> {
  await app.evaluate(
    ({ BrowserWindow }, size) => {
      const windows = BrowserWindow.getAllWindows();
      const window = windows.find(({ webContents }) => webContents.getURL().startsWith("app://latchkey/"));
      window?.setMinimumSize(1, 1);
      window?.setContentSize(size[0] ?? 0, size[1] ?? 0);
    },
    [width, height],
  );
  await page.waitForFunction((wanted) => window.innerWidth === wanted, width);
}

/** The texts that reach out of their cell, over the one beside it. */
function overlapping(page: Page): Promise<string[]> {
  return page.locator("[data-cell]").evaluateAll((cells) =>
    cells.flatMap((cell) => {
      const right = cell.getBoundingClientRect().right + 1;
      const isOut = [...cell.querySelectorAll("*")].some(
        (part) => part.getBoundingClientRect().right > right,
      );
      return isOut ? [cell.textContent ?? ""] : [];
    }),
  );
}

/** The values of facts that have no room for a word. */
function squeezed(page: Page): Promise<string[]> {
  return page
    .locator("main dd")
    .evaluateAll((values) =>
      values.flatMap((value) => (value.clientWidth < 96 ? [value.textContent ?? ""] : [])),
    );
}

test.describe.configure({ timeout: 90_000 });

for (const [language, always] of [
  ["en", "Always allow"],
  ["ru", "Разрешать всегда"],
] as const) {
  test(`no text lies over another or is squeezed, however small the window, in ${language}`, async ({
    session,
  }) => {
    await using models = await serveModels(canary());
    const latchkey = await openWithModels(session, {
      address: models.address,
      install: () =>
        installExtension(session, {
          id: "acme.asking",
          from: join(fixtures, "asking-extension"),
          files: { "reason.js": 'export const reason = "List the models.";' },
        }),
      args: [`--lang=${language}`],
    });
    const { app, page } = latchkey;
    await answer(await nextQuestion(latchkey), always);
    await page.evaluate(
      async ({ address, key }) => {
        const displayName = "Models of the department on the third floor";
        const { connection } = await window.latchkey.connections.create({
          providerId: "openai-compatible",
          displayName,
          fields: { "base-url": address },
          secrets: { "api-key": key },
        });
        await window.latchkey.connections.test({
          testId: crypto.randomUUID(),
          target: { id: connection.id },
        });
      },
      { address: models.address, key: canary() },
    );
    for (const size of sizes) {
      await resize(latchkey, size);
      for (const key of ["1", "2", "3", "4", "5"]) {
        await page.keyboard.press(`Control+${key}`);
        await page
          .locator(key === "3" ? "main [data-row]" : key === "5" ? "main dd" : "main tbody tr")
          .first()
          .waitFor();
        expect([key, await overlapping(page), await squeezed(page)]).toEqual([key, [], []]);
      }
    }
    await app.close();
  });
}

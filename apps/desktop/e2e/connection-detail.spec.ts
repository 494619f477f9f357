import { join } from "node:path";
import { canary } from "./support/canary.ts";
import {
  answer,
  connectionId,
  logOf,
  nextQuestion,
  openWithModels,
  startModelServer,
} from "./support/consent.ts";
import { fixtures, installExtension } from "./support/extensions.ts";
import { expect, test } from "./support/latchkey.ts";
import { lookAt } from "./support/look-at.ts";

const asking = "acme.asking";

// The app is started twice, the first time to save a secret.
test.describe.configure({ timeout: 90_000 });

for (const [colorScheme, language, words] of [
  [
    "light",
    "en",
    {
      always: "Always allow",
      access: "Access",
      recent: "Recent activity",
      revoke: /^Revoke: /,
      nobody: "Nobody may use it without asking you.",
      all: "All activity of this connection",
      filter: "Connection",
    },
  ],
  [
    "dark",
    "ru",
    {
      always: "Разрешать всегда",
      access: "Доступ",
      recent: "Последние действия",
      revoke: /^Отозвать: /,
      nobody: "Никто не может использовать его без вашего разрешения.",
      all: "Весь журнал этого подключения",
      filter: "Подключение",
    },
  ],
] as const) {
  test(`a connection tells who may use it and what was done with it, and takes access back, in ${language}`, async ({
    session,
  }) => {
    await using server = await startModelServer({ data: [] });
    const latchkey = await openWithModels(session, {
      value: canary(),
      address: server.address,
      install: () =>
        installExtension(session, {
          id: asking,
          from: join(fixtures, "asking-extension"),
          files: { "reason.js": 'export const reason = "List the models.";' },
        }),
      args: [`--lang=${language}`],
    });
    const { app, page } = latchkey;
    await page.emulateMedia({ colorScheme });
    await answer(await nextQuestion(latchkey), words.always);
    await expect.poll(() => logOf(page, asking)).toContain("done");
    await page.keyboard.press("Control+1");
    await page
      .getByRole("button", { name: /Local models$/ })
      .first()
      .click();

    const access = page.getByRole("list", { name: words.access, exact: true });
    const recent = page.getByRole("list", { name: words.recent });
    await expect(access.getByRole("listitem")).toHaveCount(1);
    await expect(recent.getByRole("listitem")).toHaveCount(5);
    await recent.scrollIntoViewIfNeeded();
    await lookAt(page, `${language}-connection-detail`);
    await access.getByRole("button", { name: words.revoke }).focus();
    await page.keyboard.press("Enter");
    await expect(page.getByText(words.nobody)).toBeVisible();
    await expect(page.getByRole("heading", { name: words.access, exact: true })).toBeFocused();
    await expect(recent.getByRole("listitem")).toHaveCount(5);

    await page.getByRole("link", { name: words.all }).focus();
    await page.keyboard.press("Enter");
    await page.locator("main table").waitFor();
    await expect(page.getByLabel(words.filter, { exact: true }).locator("option:checked")).toHaveText(
      `${words.filter}: Local models`,
    );
    const objects = page.locator('[data-cell="object"]');
    const unnamed = async () =>
      (await objects.allTextContents()).filter((object) => !object.startsWith("Local models"));
    expect(await unnamed()).toEqual([]);
    await lookAt(page, `${language}-activity-of-connection`);
    // The log does not have the name of what was asked for, so it goes with the connection.
    await page.evaluate(async (id) => {
      const { connections } = await window.latchkey.connections.list();
      const gone = connections.find((connection) => connection.id === id);
      if (gone)
        await window.latchkey.connections.delete({ id: gone.id, revision: gone.revision, alsoInUse: true });
    }, connectionId);
    await expect(objects.filter({ hasText: connectionId })).toHaveCount(1);
    await app.close();
  });
}

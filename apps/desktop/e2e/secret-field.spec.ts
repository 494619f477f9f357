import { join } from "node:path";
import type { Page } from "@playwright/test";
import { readActivity } from "./support/activity.ts";
import { canary, expectNotInPage, filesWith, recordMessages } from "./support/canary.ts";
import { installExtension } from "./support/extensions.ts";
import { expect, openLatchkey, test } from "./support/latchkey.ts";
import { lookAt } from "./support/look-at.ts";
import { environmentOf, serversOf } from "./support/processes.ts";
import { waitForHealthy } from "./support/screens.ts";

const examples = join(import.meta.dirname, "../../../examples/extensions");

// Each round starts the server anew.
test.describe.configure({ timeout: 60_000 });

async function openForm(page: Page, service: RegExp): Promise<void> {
  await page.keyboard.press("Control+1");
  await page
    .getByRole("button", { name: /^(Add connection|Добавить подключение)$/ })
    .first()
    .click();
  await page.getByRole("link", { name: service }).click();
  await page.locator("form").waitFor();
}

for (const [colorScheme, language, words] of [
  [
    "light",
    "en",
    {
      service: /^Gateway of the server/,
      generate: "Generate",
      will: "Created for you when you save: 64 random characters. You do not need to know it.",
      cancel: "Cancel",
      key: "Master key",
      done: "Created automatically · 64 random characters",
      rotate: "Rotate",
      replace: "Replace",
    },
  ],
  [
    "dark",
    "ru",
    {
      service: /^Шлюз сервера/,
      generate: "Создать",
      will: "Будет создано при сохранении: 64 случайных символа. Знать его не нужно.",
      cancel: "Отмена",
      key: "Главный ключ",
      done: "Создано автоматически · 64 случайных символа",
      rotate: "Создать новый",
      replace: "Заменить",
    },
  ],
] as const) {
  test(`a secret that nobody has to know is made by the app, goes to the server, and into no message or page, in ${language}`, async ({
    session,
  }) => {
    await installExtension(session, {
      id: "example.gateway-provider",
      from: join(examples, "gateway-provider"),
    });
    const latchkey = await openLatchkey(session, [`--lang=${language}`]);
    const { app, page, pid, folders } = latchkey;
    await page.emulateMedia({ colorScheme });
    const readRecord = await recordMessages(latchkey);
    const before = await waitForHealthy(page, 1);
    await openForm(page, words.service);

    // By keyboard alone.
    const field = page.getByRole("region", { name: words.key });
    await page.getByRole("button", { name: words.generate, exact: true }).focus();
    await page.keyboard.press("Enter");
    await expect(field.getByText(words.will)).toBeVisible();
    await expect(field.getByRole("button", { name: words.cancel })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByLabel(words.key, { exact: true })).toBeFocused();
    await page.keyboard.type(canary());
    await page.getByRole("button", { name: words.generate, exact: true }).click();
    await lookAt(page, `${language}-secret-generated`);
    await page.locator('button[type="submit"]').click();
    await expect(field.getByText(words.done)).toBeVisible();
    await waitForHealthy(page, before + 1);
    const madeNow = () => Object.entries(environmentOf(serversOf(pid)[0] ?? 0)).find(isMasterKey)?.[1] ?? "";
    const first = madeNow();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    await lookAt(page, `${language}-secret-generated-saved`);

    await field.getByRole("button", { name: words.rotate }).click();
    await page.keyboard.press("Enter");
    await expect(field.getByRole("button", { name: words.rotate })).toBeFocused();
    await page.keyboard.press("Enter");
    await page.locator('button[type="submit"]').click();
    await waitForHealthy(page, before + 2);
    const second = madeNow();
    expect(second).toMatch(/^[0-9a-f]{64}$/);
    expect(second).not.toBe(first);

    const record = await readRecord();
    const log = JSON.stringify(await readActivity(folders.data));
    expect(record).toContain("connections:update");
    for (const value of [first, second]) {
      expect(record + log).not.toContain(value);
      await expectNotInPage(latchkey, value);
      expect(await filesWith(session.folder, value)).toEqual([]);
    }
    await app.close();
  });
}

function isMasterKey([name]: [string, unknown]): boolean {
  return name.endsWith("_MASTER_KEY");
}

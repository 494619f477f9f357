import { join } from "node:path";
import type { ElectronApplication, Page } from "@playwright/test";
import { readActivity } from "./support/activity.ts";
import { canary, expectNotInPage, filesWith, recordMessages } from "./support/canary.ts";
import { installExtension } from "./support/extensions.ts";
import { expect, openLatchkey, test } from "./support/latchkey.ts";
import { lookAt } from "./support/look-at.ts";
import { serverEnvironment } from "./support/processes.ts";
import { waitForHealthy } from "./support/screens.ts";
import { serveModels } from "./support/servers.ts";

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
    const madeNow = async () => Object.entries(await serverEnvironment(pid)).find(isMasterKey)?.[1] ?? "";
    const first = await madeNow();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    await lookAt(page, `${language}-secret-generated-saved`);

    await field.getByRole("button", { name: words.rotate }).click();
    await expect(field.getByRole("button", { name: words.cancel })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(field.getByRole("button", { name: words.rotate })).toBeFocused();
    await page.keyboard.press("Enter");
    await page.locator('button[type="submit"]').click();
    await waitForHealthy(page, before + 2);
    const second = await madeNow();
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

/** What the person answers to questions of the system from now on; gives what was asked. */
async function answerWith(app: ElectronApplication, isAgreed: boolean): Promise<() => Promise<string[]>> {
  await app.evaluate(({ dialog }, response) => {
    const asked: string[] = [];
    (globalThis as unknown as { asked: string[] }).asked = asked;
    dialog.showMessageBox = (...args: unknown[]) => {
      const { message, detail } = args.at(-1) as Electron.MessageBoxOptions;
      asked.push(`${message} ${detail}`);
      return Promise.resolve({ response, checkboxChecked: false });
    };
  }, Number(isAgreed));
  return () => app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
}

for (const [colorScheme, language, words] of [
  [
    "light",
    "en",
    {
      service: /^OpenAI-compatible/,
      name: "Name",
      address: "Address",
      key: "API key",
      keyField: "API key (optional)",
      useExisting: "Use existing",
      reference: /^Uses secret latchkey\.openai-compatible\.models \(2 users\)$/,
      shared: "1 other connection uses it too; replacing it changes it there as well.",
      declined: /because you did not agree/,
      question:
        /^Use latchkey\.openai-compatible\.models for “Second”\? It is then sent to: http:\/\/127\.0\.0\.1:\d+$/,
      open: "Open",
      close: "Close",
      remove: "Remove",
      connection: "The connection Second",
      replace: "Replace",
    },
  ],
  [
    "dark",
    "ru",
    {
      service: /^Сервер, совместимый с OpenAI/,
      name: "Название",
      address: "Адрес",
      key: "Ключ API",
      keyField: "Ключ API (необязательно)",
      useExisting: "Выбрать из сохранённых",
      reference: /^Используется секрет latchkey\.openai-compatible\.models \(2 подключения\)$/,
      shared: "Его использует ещё 1 подключение; замена изменит его и там.",
      declined: /потому что вы не согласились/,
      question:
        /^Использовать latchkey\.openai-compatible\.models для «Second»\? Секрет будет передаваться сюда: http/,
      open: "Открыть",
      close: "Закрыть",
      remove: "Удалить",
      connection: "Подключение Second",
      replace: "Заменить",
    },
  ],
] as const) {
  test(`a secret is used by a second connection once the person agrees outside of the window, and replaced for both, in ${language}`, async ({
    session,
  }) => {
    const latchkey = await openLatchkey(session, [`--lang=${language}`]);
    const { app, page, folders } = latchkey;
    await page.emulateMedia({ colorScheme });
    const [first, second] = [canary(), canary()];
    await using models = await serveModels(first);
    await page.evaluate(
      ([url, value]) =>
        window.latchkey.connections.create({
          providerId: "openai-compatible",
          displayName: "Models",
          fields: { "base-url": url },
          secrets: { "api-key": value },
        }),
      [models.address, first] as const,
    );
    await waitForHealthy(page, 1);
    await openForm(page, words.service);
    await page.getByLabel(words.name, { exact: true }).fill("Second");
    await page.getByLabel(words.address, { exact: true }).fill(models.address);

    // By keyboard alone.
    const field = page.getByLabel(words.keyField, { exact: true });
    await page.getByRole("button", { name: words.useExisting }).focus();
    await page.keyboard.press("Enter");
    await expect(field).toBeFocused();
    await page.keyboard.press("Control+Enter");
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await page.keyboard.type("latchkey");
    await expect(field).toHaveValue("latchkey.openai-compatible.models");
    await lookAt(page, `${language}-secret-used`);

    await answerWith(app, false);
    const save = page.locator('button[type="submit"]');
    await save.click();
    await expect(page.getByText(words.declined)).toBeVisible();
    expect(models.keys).toEqual([]);
    const asked = await answerWith(app, true);
    await save.click();
    const slot = page.getByRole("region", { name: words.key, exact: true });
    await expect(slot.getByText(words.reference)).toBeVisible();
    expect(await asked()).toEqual([expect.stringMatching(words.question)]);
    expect(models.keys).toEqual([`Bearer ${first}`]);
    await lookAt(page, `${language}-secret-reference`);
    const created = (await readActivity(folders.data)).findLast(
      ({ action }) => action === "connection.create",
    );
    expect(created?.keys).toEqual(["latchkey.openai-compatible.models"]);

    // The secret itself says who uses it before it goes.
    await slot.getByRole("button", { name: words.open }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("latchkey.openai-compatible.models");
    await dialog.getByRole("button", { name: words.remove }).click();
    const removal = page.getByRole("alertdialog");
    await expect(removal.getByText(words.connection)).toBeVisible();
    await lookAt(page, `${language}-secret-remove-used`);
    await page.keyboard.press("Escape");
    const code = await page.evaluate(() =>
      window.latchkey.secrets.remove({ key: "latchkey.openai-compatible.models" }).then(
        () => "removed",
        (error: { code: string }) => error.code,
      ),
    );
    expect(code).toBe("secrets.in-use");

    // Replaced once, for both.
    const { connections } = await page.evaluate(() => window.latchkey.connections.list());
    const [models1, second1] = connections.toSorted((a, b) => (a.displayName < b.displayName ? -1 : 1));
    await page.evaluate((hash) => (location.hash = hash), `/connections/${models1?.id}`);
    await expect(page.getByText(words.shared)).toBeVisible();
    await page.evaluate(
      ([id, value]) =>
        window.latchkey.connections.replaceSecret({ id, revision: 1, field: "api-key", value }),
      [models1?.id ?? "", second] as const,
    );
    await page.evaluate(
      (id) => window.latchkey.connections.test({ testId: crypto.randomUUID(), target: { id } }),
      second1?.id ?? "",
    );
    expect(models.keys.at(-1)).toBe(`Bearer ${second}`);
    for (const value of [first, second]) await expectNotInPage(latchkey, value);

    // One that goes leaves the secret to the other.
    await page.evaluate(
      (id) => window.latchkey.connections.delete({ id, revision: 2, alsoInUse: true }),
      models1?.id ?? "",
    );
    const { secrets } = await page.evaluate(() => window.latchkey.secrets.list());
    expect(secrets.map(({ key }) => key)).toEqual(["latchkey.openai-compatible.models"]);
    await app.close();
  });
}

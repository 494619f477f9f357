import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ElectronApplication, Page } from "@playwright/test";
import { canary } from "./support/canary.ts";
import {
  answer,
  coverQuestion,
  inFront,
  logOf,
  nextQuestion,
  openWithModels,
  restartExtension,
  startModelServer,
} from "./support/consent.ts";
import { extensionState, fixtures, inExtensionPage, installExtension } from "./support/extensions.ts";
import { expect, openLatchkey, test } from "./support/latchkey.ts";
import { lookAt } from "./support/look-at.ts";

const examples = join(import.meta.dirname, "../../../examples/extensions");
const asking = "acme.asking";

const installAsking = (session: { folder: string }) =>
  installExtension(session, {
    id: asking,
    from: join(fixtures, "asking-extension"),
    files: { "reason.js": 'export const reason = "List the models.";' },
  });

const grantOf = (page: Page, name: string) =>
  page.getByRole("list", { name }).getByRole("listitem").filter({ hasText: "Asking" });

// The app is started twice, the first time to save a secret.
test.describe.configure({ timeout: 90_000 });

test("an always is listed with its use, and once revoked with the keyboard the next use asks again", async ({
  session,
}) => {
  await using server = await startModelServer({ data: [] });
  const latchkey = await openWithModels(session, {
    value: canary(),
    address: server.address,
    install: () => installAsking(session),
  });
  const { app, page } = latchkey;
  await answer(await nextQuestion(latchkey), "Always allow");
  await expect.poll(() => logOf(page, asking)).toContain("done");

  await page.keyboard.press("Control+3");
  await page.getByRole("heading", { level: 1, name: "Access" }).waitFor();
  const grant = grantOf(page, "Decisions");
  await expect(grant).toContainText("Always allowed");
  await expect(grant).toContainText("Until you revoke it, or it asks for more.");
  await expect(grant).toContainText(/Version \W?1\.0\.0/);
  await expect(grant.getByRole("link", { name: "Local models" })).toBeVisible();
  await expect(grant.getByRole("time")).toHaveCount(2);

  await grant.getByRole("button", { name: /^Revoke: / }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("No decisions here")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Decisions" })).toBeFocused();

  await restartExtension(page, asking);
  const question = await nextQuestion(latchkey);
  await showsQuestion(app, () => page.getByRole("button", { name: "Show the question" }).click());
  const bar = page.getByRole("contentinfo");
  await showsQuestion(app, () => bar.getByRole("button", { name: "1 question waits" }).click());
  await answer(question, "Deny");
  await expect(grant).toContainText("Denied");
  await expect(bar.getByRole("button", { name: "1 question waits" })).toHaveCount(0);
  expect(server.requests).toHaveLength(2);
  await app.close();
});

test("whoever is blocked is denied without a question, until it may ask again; stopped extensions start again", async ({
  session,
}) => {
  const latchkey = await openWithModels(session, {
    address: "http://127.0.0.1:9/v1",
    install: () => installAsking(session),
  });
  const { app, page } = latchkey;
  await answer(await nextQuestion(latchkey), "Deny");
  await page.getByRole("link", { name: "Access" }).click();
  const grant = grantOf(page, "Decisions");
  await grant.getByRole("button", { name: /^Block: / }).click();
  await expect(grant).toContainText("Blocked");

  const extension = grantOf(page, "Extensions");
  await extension.getByRole("button", { name: /^Stop / }).click();
  await expect(extension).toContainText("You stopped it.");
  await extension.getByRole("button", { name: /^Start / }).click();
  await expect(extension).toContainText("Running");
  await expect.poll(() => logOf(page, asking)).toContain("refused blocked");

  const letAsk = grant.getByRole("button", { name: /^Allow to ask again: / });
  await letAsk.click();
  await expect(page.getByText("No decisions here")).toBeVisible();
  await restartExtension(page, asking);
  await answer(await nextQuestion(latchkey), "Deny");
  await expect(grant).toContainText("Denied");
  await app.close();
});

test("what is blocked stays so over a restart of the app: a requester, and an extension that sends too much", async ({
  session,
}) => {
  const latchkey = await openWithModels(session, {
    address: "http://127.0.0.1:9/v1",
    install: () => installAsking(session),
  });
  await answer(await nextQuestion(latchkey), "Deny");
  await restartExtension(latchkey.page, asking);
  await answer(await nextQuestion(latchkey), "Deny");
  await inExtensionPage(
    latchkey.app,
    asking,
    // After the answer to this, which a window that is gone would not give.
    "void setTimeout(() => { for (let n = 0; n < 500; n += 1) latchkeyExtension.call({ text: '{}' }).catch(() => 0); })",
  );
  await expect
    .poll(() => extensionState(latchkey.page, asking))
    .toMatchObject({ status: "blocked", stop: "flood" });
  await latchkey.app.close();

  const { app, page } = await openLatchkey(session);
  await page.getByRole("link", { name: "Access" }).click();
  const extension = grantOf(page, "Extensions");
  await expect(extension).toContainText("Blocked");
  await expect(extension).toContainText("It sent too many messages.");
  await expect(grantOf(page, "Decisions")).toContainText("Blocked");
  await extension.getByRole("button", { name: /^Start / }).click();
  await expect(extension).toContainText("Running");
  await expect.poll(() => logOf(page, asking)).toContain("refused blocked");
  const { entries } = await page.evaluate(() =>
    window.latchkey.audit.list({ filter: { area: "extension" } }),
  );
  const steps = entries.map(({ event: { actor, action, reason } }) =>
    [actor, action, reason].filter(Boolean).join(" "),
  );
  expect(steps.slice(0, 2)).toEqual(["person extension.start", "app extension.blocked flood"]);
  await app.close();
});

for (const [colorScheme, language, always] of [
  ["light", "en", "Always allow"],
  ["dark", "ru", "Разрешать всегда"],
] as const) {
  test(`the screen passes axe, empty and full, in ${colorScheme} colours and ${language}`, async ({
    session,
  }) => {
    const latchkey = await openWithModels(session, {
      address: "http://127.0.0.1:9/v1",
      async install() {
        await installAsking(session);
        await installExtension(session, { id: "acme.broken", files: { "package.json": "{" } });
        await installExtension(session, {
          id: "example.gateway-provider",
          from: join(examples, "gateway-provider"),
        });
      },
      args: [`--lang=${language}`],
    });
    const { app, page } = latchkey;
    await page.emulateMedia({ colorScheme });
    const question = await nextQuestion(latchkey);
    await page.keyboard.press("Control+3");
    await expect(page.getByRole("listitem").filter({ hasText: "acme.broken" })).toBeVisible();
    await lookAt(page, `access-${language}-empty`);
    await answer(question, always);
    await expect(page.locator("main [data-row]")).toHaveCount(1);
    await lookAt(page, `access-${language}-full`);
    await app.close();
  });
}

test("with connections turned off one sentence says so", async ({ session }) => {
  const config = join(session.folder, "config", "latchkey");
  await mkdir(config, { recursive: true, mode: 0o700 });
  const settings = { version: 1, features: { connections: false } };
  await writeFile(join(config, "settings.json"), JSON.stringify(settings), { mode: 0o600 });
  const { app, page } = await openLatchkey(session);
  await page.getByRole("link", { name: "Access" }).click();
  await expect(page.getByText(/^Connections are turned off in the settings/)).toBeVisible();
  await expect(page.locator("main h2")).toHaveCount(0);
  await app.close();
});

/** Whether a step brings the question to the front, from behind the main window. */
async function showsQuestion(app: ElectronApplication, step: () => Promise<void>): Promise<void> {
  await coverQuestion(app);
  await step();
  await expect.poll(() => inFront(app)).toMatch(/^app:\/\/consent\//);
}

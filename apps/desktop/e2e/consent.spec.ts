import { join } from "node:path";
import type { ElectronApplication, Page } from "@playwright/test";
import { canary, expectNotInPage, filesWith, recordMessages } from "./support/canary.ts";
import {
  answer,
  answerAtOnce,
  coverQuestion,
  isQuestion,
  logOf,
  nextQuestion,
  openWithModels,
  pressToClose,
  restartExtension,
  startModelServer,
} from "./support/consent.ts";
import { fixtures, installExtension } from "./support/extensions.ts";
import { expect, test } from "./support/latchkey.ts";
import { lookAt } from "./support/look-at.ts";
import { countInMemory, renderersOf } from "./support/memory.ts";

const examples = join(import.meta.dirname, "../../../examples/extensions");
const models = "example.list-models";
const asking = "acme.asking";

const installAsking = (session: { folder: string }, reason = "List the models.") =>
  installExtension(session, {
    id: asking,
    from: join(fixtures, "asking-extension"),
    files: { "reason.js": `export const reason = ${JSON.stringify(reason)};` },
  });

/** For a question about a connection without a secret: nothing is sent. */
const nowhere = { address: "http://127.0.0.1:9/v1" };

// The app is started twice, the first time to save a secret.
test.describe.configure({ timeout: 90_000 });

test("an extension asks, is allowed once, uses the key without seeing it, asks again and is denied", async ({
  session,
}) => {
  const value = canary();
  await using server = await startModelServer({ data: [{ id: "model-a" }, { id: "model-b" }] });
  const latchkey = await openWithModels(session, {
    value,
    address: server.address,
    install: () => installExtension(session, { id: models, from: join(examples, "list-models") }),
  });
  const { app, page, pid, folders } = latchkey;
  const messages = await recordMessages(latchkey);

  await answer(await nextQuestion(latchkey), "Allow once");
  await expect.poll(() => logOf(page, models)).toEqual(["Local models: 200, models: model-a, model-b."]);
  expect(server.requests).toEqual([{ url: "/v1/models", authorization: `Bearer ${value}` }]);

  await restartExtension(page, models);
  await answer(await nextQuestion(latchkey), "Deny");
  await expect.poll(() => logOf(page, models)).toContain("Local models: no access (denied).");
  expect(server.requests).toHaveLength(1);

  const { entries } = await page.evaluate(() => window.latchkey.audit.list({ limit: 50 }));
  const steps = entries
    .filter(({ event }) => event.connectionId !== undefined)
    .map(({ event: { actor, action, outcome, reason } }) =>
      [actor, action, outcome, reason].filter(Boolean).join(" "),
    );
  const requester = `extension:${models}`;
  expect(steps.toReversed()).toEqual([
    `${requester} access.request done`,
    "person consent.grant done once",
    "app access.grant done once",
    `${requester} broker.fetch done`,
    `${requester} access.request done`,
    "person consent.deny refused denied",
  ]);
  expect(await messages()).not.toContain(value);
  await expectNotInPage(latchkey, value);
  expect(await filesWith(folders.logs, value)).toEqual([]);
  expect(await filesWith(folders.data, value)).toEqual([]);
  if (process.getuid?.() === 0) {
    const renderers = renderersOf(pid);
    expect(renderers.map((renderer) => countInMemory(renderer, value))).toEqual(renderers.map(() => 0));
    expect(renderers.length).toBeGreaterThanOrEqual(2);
    expect(countInMemory(pid, value)).toBeGreaterThan(0);
  } else process.stdout.write("The memory of the processes was not searched: that needs root.\n");
  await app.close();
});

test("always is asked once; other code under the same version is asked again, with what changed", async ({
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
  await restartExtension(page, asking);
  await expect
    .poll(async () => (await logOf(page, asking)).filter((line) => line === "done"))
    .toHaveLength(2);
  expect((await logOf(page, asking)).filter((line) => line.endsWith("use: 200"))).toHaveLength(4);

  await installAsking(session, "List the models!");
  await restartExtension(page, asking);
  const question = await nextQuestion(latchkey);
  await expect(question.getByText("Its code is different.")).toBeVisible();
  await answer(question, "Deny");
  await expect.poll(() => logOf(page, asking)).toContain("refused denied");
  expect(server.requests).toHaveLength(4);
  await app.close();
});

test("once is for one request, and a ref is of use to nobody else", async ({ session }) => {
  await using server = await startModelServer({ data: [] });
  const latchkey = await openWithModels(session, {
    value: canary(),
    address: server.address,
    install: () => installAsking(session),
  });
  await answer(await nextQuestion(latchkey), "Allow once");
  await expect.poll(() => logOf(latchkey.page, asking)).toContain("done");
  expect(await logOf(latchkey.page, asking)).toEqual([
    expect.stringMatching(/^granted once ref_/),
    "first use: 200",
    "second use: no-access",
    "done",
  ]);
  expect(server.requests).toHaveLength(1);
  await latchkey.app.close();
});

test("a yes counts only from a window in front, whose buttons have begun to act; Escape is a no", async ({
  session,
}) => {
  const latchkey = await openWithModels(session, { ...nowhere, install: () => installAsking(session) });
  const { app, page } = latchkey;
  const question = await nextQuestion(latchkey);
  const always = question.getByRole("button", { name: "Always allow" });
  await expect(always).toBeEnabled();
  // Playwright makes each page believe that it is in front; main knows better.
  await coverQuestion(app);
  expect(await answerAtOnce(question, "always")).toBe(false);
  expect(await logOf(page, asking)).toEqual([]);
  await pressToClose(question, "Escape");
  await expect.poll(() => logOf(page, asking)).toEqual(["refused denied", "done"]);
  await app.close();
});

test("the main window cannot reach, open or script the question", async ({ session }) => {
  const latchkey = await openWithModels(session, { ...nowhere, install: () => installAsking(session) });
  const { app, page } = latchkey;
  const question = await nextQuestion(latchkey);
  const seen = await page.evaluate(() => ({
    bridge: typeof Reflect.get(window, "latchkeyConsent"),
    areas: Object.keys(window.latchkey).includes("consent-prompt"),
    opened: window.open("app://consent/consent/index.html"),
  }));
  expect(seen).toEqual({ bridge: "undefined", areas: false, opened: null });
  const channels = await app.evaluate(({ ipcMain, BrowserWindow }) => {
    const { _invokeHandlers: all } = ipcMain as unknown as { _invokeHandlers: Map<string, unknown> };
    const windows = BrowserWindow.getAllWindows().map(({ webContents: { session, ipc } }) => {
      const { _invokeHandlers: own } = ipc as unknown as { _invokeHandlers: Map<string, unknown> };
      return { isOwnSession: session.storagePath === null, own: [...own.keys()].toSorted() };
    });
    return { common: [...all.keys()].filter((name) => /prompt|bridge/.test(name)), windows };
  });
  expect(channels).toEqual({
    common: [],
    windows: expect.arrayContaining([
      { isOwnSession: false, own: [] },
      { isOwnSession: true, own: ["extension-bridge:call", "extension-bridge:sign"] },
      { isOwnSession: true, own: ["consent-prompt:answer", "consent-prompt:get-question"] },
    ]),
  });
  await answer(question, "Deny");
  await app.close();
});

for (const [how, end] of [
  ["closed", (question: Page) => question.close()],
  [
    "lost by a crash",
    (_question: Page, app: ElectronApplication) =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()
          .find(({ webContents }) => webContents.getURL().startsWith("app://consent/"))
          ?.webContents.forcefullyCrashRenderer(),
      ),
  ],
] as const) {
  test(`a question that is ${how} is a denial without an answer`, async ({ session }) => {
    const latchkey = await openWithModels(session, { ...nowhere, install: () => installAsking(session) });
    await end(await nextQuestion(latchkey), latchkey.app);
    await expect.poll(() => logOf(latchkey.page, asking)).toEqual(["refused no-answer", "done"]);
    await latchkey.app.close();
  });
}

test("while the app cannot be seen a notification asks for attention, without names, and nothing is granted", async ({
  session,
}) => {
  const latchkey = await openWithModels(session, { ...nowhere, install: () => installAsking(session) });
  const { app, page } = latchkey;
  await answer(await nextQuestion(latchkey), "Deny");
  await expect.poll(() => logOf(page, asking)).toContain("done");
  // The session has no service of notifications: this one takes its place, and notes what it is to show.
  await app.evaluate(({ BrowserWindow, Notification }) => {
    const notices: Electron.Notification[] = [];
    (globalThis as unknown as { notices: Electron.Notification[] }).notices = notices;
    Notification.isSupported = () => true;
    Notification.prototype.show = function show(this: Electron.Notification) {
      notices.push(this);
    };
    BrowserWindow.getAllWindows()
      .find(({ webContents }) => webContents.getURL().startsWith("app://latchkey/"))
      ?.hide();
  });
  await restartExtension(page, asking);
  const notices = () =>
    app.evaluate(() =>
      (globalThis as unknown as { notices: Electron.Notification[] }).notices.map(({ title, body }) => [
        title,
        body,
      ]),
    );
  await expect.poll(notices).toEqual([["Latchkey", "A question waits for your answer. Click to open it."]]);
  expect(app.windows().some(isQuestion)).toBe(false);
  await app.evaluate(() => {
    (globalThis as unknown as { notices: Electron.Notification[] }).notices[0]?.emit("click");
  });
  await answer(await nextQuestion(latchkey), "Deny");
  await expect.poll(() => logOf(page, asking)).toContain("refused denied");
  await app.close();
});

for (const [language, denyName] of [
  ["en", "Deny"],
  ["ru", "Запретить"],
] as const) {
  test(`the question is complete for screen readers and keys, and passes axe: ${language}`, async ({
    session,
  }) => {
    const reason = `Прочитать список моделей. ${"Зачем это нужно, сказано здесь. ".repeat(5)}`;
    const latchkey = await openWithModels(session, {
      ...nowhere,
      install: () => installAsking(session, reason),
      args: [`--lang=${language}`],
    });
    const question = await nextQuestion(latchkey);
    const deny = question.getByRole("button", { name: denyName, exact: true });
    await expect(deny).toBeFocused();
    await expect(deny).toBeEnabled();
    for (const colorScheme of ["light", "dark"] as const) {
      await question.emulateMedia({ colorScheme });
      await lookAt(question, `${language}-${colorScheme}-question`);
    }
    const names: string[] = [];
    for (const key of ["Tab", "Tab", "Home"]) {
      names.push(await question.evaluate(() => document.activeElement?.textContent ?? ""));
      await question.keyboard.press(key);
    }
    expect(names).toEqual(
      language === "en"
        ? ["Deny", "Allow once", "Always allow"]
        : ["Запретить", "Разрешить один раз", "Разрешать всегда"],
    );
    const dialog = question.getByRole("alertdialog");
    const described = await dialog.evaluate((element) =>
      (element.getAttribute("aria-describedby") ?? "")
        .split(" ")
        .map((id) => document.getElementById(id)?.innerText),
    );
    expect(described.join("\n")).toContain(reason.trim());
    await deny.focus();
    await expect(deny).toBeEnabled();
    await pressToClose(question, "Enter");
    await latchkey.app.close();
  });
}

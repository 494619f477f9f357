import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { canary } from "./support/canary.ts";
import { keychainAccounts } from "./support/keychain.ts";
import { expect, openLatchkey, test } from "./support/latchkey.ts";
import { onlyServerOf, serverEnvironment, serversOf } from "./support/processes.ts";
import { addSecret, waitForHealthy } from "./support/screens.ts";

const key = "provider.openai.api-key";
const envName = "PROVIDER_OPENAI_API_KEY";

test.describe("without a session bus", () => {
  test.use({ sessionOptions: { bus: false } });

  test("the app starts, names the weak key storage and its reason, and secrets.env carries the value", async ({
    latchkey,
  }) => {
    const { page, pid, folders } = latchkey;
    const value = canary();
    await page.getByRole("button", { name: /Weak key storage/ }).click();
    await expect(page.getByRole("dialog").getByText("There is no session bus")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("main").getByRole("button", { name: "Check again" })).toBeVisible();

    await addSecret(page, key, value);
    await waitForHealthy(page, 2);

    const file = join(folders.data, "secrets.env");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toContain(`${envName}=`);
    expect(await readFile(file, "utf8")).toContain(value);
    expect(await serverEnvironment(pid)).toMatchObject({ [envName]: value });
    const { secrets } = await page.evaluate(() => window.latchkey.secrets.list());
    expect(secrets).toMatchObject([
      { key, storageBackend: "env-file", protection: "none", state: "present" },
    ]);
  });
});

test("a keyring that locks makes secrets unreadable, deletes nothing and leaves the server running", async ({
  latchkey,
  session,
}) => {
  const { page, pid } = latchkey;
  await addSecret(page, key, canary());
  const generation = await waitForHealthy(page, 2);
  const server = await onlyServerOf(pid);

  await session.lock();
  await page.getByRole("button", { name: /Key storage/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Check again" }).click();
  await expect(page.getByRole("button", { name: /Key storage is locked/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("Not readable")).toBeVisible();
  const refused = await page.evaluate(() =>
    window.latchkey.secrets.upsert({ key: "provider.b.c", value: "canary" }).catch((error: unknown) => error),
  );
  expect(refused).toMatchObject({ code: "secrets.locked" });
  expect(serversOf(pid)).toEqual([server]);
  expect(await keychainAccounts(session)).toHaveLength(1);

  await session.unlock();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  expect(await waitForHealthy(page, generation)).toBe(generation);
});

test("a connection whose keyring is locked says so at once, and is as before once it is unlocked", async ({
  latchkey,
  session,
}) => {
  const { page } = latchkey;
  await page.evaluate(
    (token) =>
      window.latchkey.connections.create({
        providerId: "github",
        displayName: "GitHub",
        fields: { "base-url": "http://127.0.0.1:2" },
        secrets: { token },
      }),
    canary(),
  );
  await page.getByRole("link", { name: "Connections" }).click();
  const state = (word: string) => page.getByRole("row", { name: /GitHub/ }).getByText(word, { exact: true });
  await expect(state("Not tested")).toBeVisible();

  await session.lock();
  await page.getByRole("button", { name: /Key storage/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Check again" }).click();
  await expect(state("Locked")).toBeVisible();

  await session.unlock();
  await expect(state("Not tested")).toBeVisible();
});

test("the window asks to unlock the keyring only on a click, and tells a dismissed question from a locked keyring", async ({
  latchkey,
  session,
}) => {
  const { page } = latchkey;
  await addSecret(page, key, canary());
  await waitForHealthy(page, 2);
  await session.lock();
  await session.answerPrompts("dismiss");
  await page.getByRole("button", { name: /Key storage/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Check again" }).click();
  await page.keyboard.press("Escape");
  const main = page.getByRole("main");
  await main.getByRole("button", { name: "Unlock" }).click();
  await expect(main.getByText("The question to unlock the keychain was dismissed")).toBeVisible();

  await session.answerPrompts("confirm");
  await main.getByRole("button", { name: "Unlock" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Key storage: Keychain" })).toBeVisible();
});

test("an app that starts with a locked keyring waits with the server until it is unlocked", async ({
  session,
}) => {
  const value = canary();
  const first = await openLatchkey(session);
  await addSecret(first.page, key, value);
  await waitForHealthy(first.page, 2);
  await first.app.close();

  await session.lock();
  const second = await openLatchkey(session);
  await expect(second.page.getByText("Not readable")).toBeVisible();
  expect(serversOf(second.pid)).toEqual([]);

  await session.unlock();
  await waitForHealthy(second.page, 1);
  expect(await serverEnvironment(second.pid)).toMatchObject({ [envName]: value });
  await second.app.close();
});

import { EnvironmentResponse } from "@latchkey/api-contracts/server";
import { readActivity } from "./support/activity.ts";
import { canary, expectNotInPage, filesWith, recordMessages } from "./support/canary.ts";
import { keychainAccounts } from "./support/keychain.ts";
import { expect, type Latchkey, openLatchkey, test } from "./support/latchkey.ts";
import { serverEnvironment } from "./support/processes.ts";
import { addSecret, removeSecret, waitForHealthy } from "./support/screens.ts";

const key = "provider.openai.api-key";
const envName = "PROVIDER_OPENAI_API_KEY";

/** What the server itself says of its environment. */
async function askServer({ page, pid }: Latchkey): Promise<unknown> {
  const { server } = await page.evaluate(() => window.latchkey.desktop.getState());
  const { LATCHKEY_SERVER_TOKEN: token } = await serverEnvironment(pid);
  const response = await fetch(`http://127.0.0.1:${server.port}/v1/environment`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return EnvironmentResponse.parse(await response.json()).names;
}

test("a key saved in the window reaches the keychain and a new healthy server, and nothing else", async ({
  latchkey,
  session,
}) => {
  const { page } = latchkey;
  const value = canary();
  const readRecord = await recordMessages(latchkey);
  const before = await waitForHealthy(page, 1);
  expect(await askServer(latchkey)).toEqual([]);

  await addSecret(page, key, value);
  await expect(page.getByRole("dialog", { name: "Add secret" })).toBeHidden();
  const generation = await waitForHealthy(page, before + 1);

  expect(generation).toBe(before + 1);
  expect(await keychainAccounts(session)).toHaveLength(1);
  expect((await serverEnvironment(latchkey.pid))[envName]).toBe(value);
  expect(await askServer(latchkey)).toEqual([{ name: envName, isSet: true }]);
  await expect(page.getByText(envName)).toBeVisible();
  await expect(page.getByRole("button", { name: /Key storage: Keychain/ })).toBeVisible();
  await expectNotInPage(latchkey, value);

  await removeSecret(page, key);
  await waitForHealthy(page, generation + 1);
  expect(await keychainAccounts(session)).toEqual([]);
  expect(await serverEnvironment(latchkey.pid)).not.toHaveProperty(envName);
  expect(await askServer(latchkey)).toEqual([]);

  const record = await readRecord();
  expect(record).toContain("secrets:upsert");
  expect(record).toContain("desktop:state-changed");
  expect(record).not.toContain(value);
  expect(await filesWith(session.folder, value)).toEqual([]);
});

test("the server's environment is the allow-list, the control variables and the secrets", async ({
  latchkey,
}) => {
  await addSecret(latchkey.page, key, canary());
  await waitForHealthy(latchkey.page, 2);
  const allowed = ["HOME", "LANG", "PATH", "TMPDIR", "TZ", envName];
  const others = Object.keys(await serverEnvironment(latchkey.pid)).filter(
    (name) => !allowed.includes(name) && !name.startsWith("LATCHKEY_SERVER_"),
  );
  expect(others).toEqual([]);
});

test("every step is one line of the activity log, without a value", async ({ latchkey }) => {
  const { page, folders } = latchkey;
  const value = canary();
  await addSecret(page, key, value);
  await waitForHealthy(page, 2);
  await removeSecret(page, key);
  await waitForHealthy(page, 3);
  const log = await readActivity(folders.data);
  expect(log.map(({ action, outcome, keys }) => [action, outcome, ...keys].join(" "))).toEqual(
    expect.arrayContaining([
      "storage.chosen done",
      `secret.set done ${key}`,
      `secret.deliver done ${key}`,
      "server.start done",
      "server.healthy done",
      `secret.remove done ${key}`,
    ]),
  );
  expect(JSON.stringify(log)).not.toContain(value);
});

test("a replaced value restarts the server, the same value again does not", async ({ latchkey }) => {
  const { page } = latchkey;
  const [first, second] = [canary(), canary()];
  const upsert = (value: string) =>
    page.evaluate((request) => window.latchkey.secrets.upsert(request), { key, value } as never);
  await waitForHealthy(page, 1);
  await upsert(first);
  await waitForHealthy(page, 2);
  expect(await upsert(first)).toMatchObject({ change: "unchanged" });
  expect(await upsert(second)).toMatchObject({ change: "replaced" });
  expect(await waitForHealthy(page, 3)).toBe(3);
  expect((await serverEnvironment(latchkey.pid))[envName]).toBe(second);
});

test("secrets are there again after the app was closed and opened", async ({ session }) => {
  const value = canary();
  const first = await openLatchkey(session);
  await addSecret(first.page, key, value);
  await waitForHealthy(first.page, 2);
  await first.app.close();

  const second = await openLatchkey(session);
  await expect(second.page.getByText(envName)).toBeVisible();
  await waitForHealthy(second.page, 1);
  expect((await serverEnvironment(second.pid))[envName]).toBe(value);
  await second.app.close();
});

import { join } from "node:path";
import { readActivity } from "./support/activity.ts";
import { canary, filesWith } from "./support/canary.ts";
import { expect, type Latchkey, openLatchkey, test } from "./support/latchkey.ts";
import { serverEnvironment } from "./support/processes.ts";
import { addSecret, removeSecret, waitForHealthy } from "./support/screens.ts";

const key = "provider.choosy.api-key";
const envName = "PROVIDER_CHOOSY_API_KEY";
const fixture = join(import.meta.dirname, "fixtures/choosy-server.mjs");

test.use({ serverModule: fixture });

const save = ({ page }: Latchkey, value: string) =>
  page.evaluate((request) => window.latchkey.secrets.upsert(request), { key, value } as never);

const valueInUse = async ({ pid }: Latchkey) => (await serverEnvironment(pid))[envName];

async function waitForPending({ page }: Latchkey): Promise<void> {
  const change = () => page.evaluate(async () => (await window.latchkey.desktop.getState()).change?.status);
  await expect.poll(change, { intervals: [50] }).toBe("pending");
}

const notice = ({ page }: Latchkey) => page.getByRole("status", { name: "Pending change" });

test("a value that the server refuses stays pending with the reason, and the former server serves on", async ({
  latchkey,
  session,
}) => {
  const { page, folders } = latchkey;
  const [good, bad] = [canary(), `${canary()}-bad`];
  await addSecret(page, key, good);
  const generation = await waitForHealthy(page, 2);

  await save(latchkey, bad);
  await waitForPending(latchkey);

  expect(await valueInUse(latchkey)).toBe(good);
  expect(await waitForHealthy(page, generation)).toBe(generation);
  const { change } = await page.evaluate(() => window.latchkey.desktop.getState());
  expect(change).toMatchObject({ reason: "crashed", keys: [key] });
  await expect(notice(latchkey)).toContainText(`The change of ${key} is not in use`);
  await notice(latchkey).getByText("Last lines of the server that failed").click();
  await expect(notice(latchkey)).toContainText("refused: the key");
  expect(await page.content()).not.toContain(bad);
  await expect
    .poll(() => readActivity(folders.data))
    .toContainEqual(expect.objectContaining({ action: "change.pending", outcome: "failed", keys: [key] }));
  expect(await filesWith(folders.logs, bad)).toEqual([]);
  expect(await filesWith(session.folder, bad)).toEqual([]);
});

test("the person enters another value, and the change comes into force", async ({ latchkey }) => {
  const { page } = latchkey;
  const fine = canary();
  await addSecret(page, key, canary());
  await waitForHealthy(page, 2);
  await save(latchkey, `${canary()}-bad`);
  await waitForPending(latchkey);

  await notice(latchkey).getByRole("button", { name: "Enter another value" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("New value", { exact: true }).fill(fine);
  await dialog.getByRole("button", { name: "Save" }).click();

  await expect(notice(latchkey)).toBeHidden();
  await expect.poll(() => valueInUse(latchkey), { intervals: [50] }).toBe(fine);
});

test("a pending change survives a restart of the app with its reason, and the server has what is in force, until it is discarded", async ({
  session,
}) => {
  const good = canary();
  const first = await openLatchkey(session, [], fixture);
  await addSecret(first.page, key, good);
  await waitForHealthy(first.page, 2);
  await save(first, `${canary()}-bad`);
  await waitForPending(first);
  await first.app.close();

  const second = await openLatchkey(session, [], fixture);
  await waitForHealthy(second.page, 1);
  expect(await valueInUse(second)).toBe(good);
  await expect(notice(second)).toContainText("ended unexpectedly");
  await notice(second).getByText("Last lines of the server that failed").click();
  await expect(notice(second)).toContainText("refused: the key");
  await notice(second).getByRole("button", { name: "Try again" }).click();
  await expect(notice(second)).toContainText("ended unexpectedly");
  await notice(second).getByRole("button", { name: "Discard change" }).click();
  await expect(notice(second)).toBeHidden();
  expect(await valueInUse(second)).toBe(good);
  await second.app.close();
});

test("a removal takes the secret from the server also while another change of it is pending", async ({
  latchkey,
}) => {
  const { page } = latchkey;
  await addSecret(page, key, canary());
  await waitForHealthy(page, 2);
  await save(latchkey, `${canary()}-bad`);
  await waitForPending(latchkey);
  await removeSecret(page, key);
  await expect.poll(() => valueInUse(latchkey), { intervals: [50] }).toBe(undefined);
  await expect(notice(latchkey)).toBeHidden();
});

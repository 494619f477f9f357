import type { Page } from "@playwright/test";
import { readActivity } from "./support/activity.ts";
import { canary, expectNotInPage, filesWith, recordMessages } from "./support/canary.ts";
import { expect, test } from "./support/latchkey.ts";
import { serveFiles, serveModels } from "./support/servers.ts";

async function openForm(page: Page, provider: RegExp): Promise<void> {
  await page.getByRole("link", { name: "Connections" }).click();
  await page.getByRole("button", { name: "Add connection" }).first().click();
  await page.getByRole("link", { name: provider }).click();
  await page.locator("form").waitFor();
}

/** Tests what stands in the form. */
async function runTest(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Test", exact: true }).click();
}

test("a form is tested before it is saved: a wrong key is told, a right one works, and no message has a key", async ({
  latchkey,
  session,
}) => {
  const { page, folders } = latchkey;
  const [wrong, right] = [canary(), canary()];
  await using models = await serveModels(right);
  const readRecord = await recordMessages(latchkey);
  await openForm(page, /^OpenAI-compatible/);
  const result = page.getByRole("region", { name: "Test result" });
  await runTest(page);
  await expect(page.getByLabel("Address", { exact: true })).toBeFocused();
  await expect(result).toHaveCount(0);

  await page.getByLabel("Address", { exact: true }).fill(models.address);
  await page.getByLabel("API key (optional)", { exact: true }).fill(wrong);
  await runTest(page);
  await expect(result.getByRole("alert")).toBeVisible();
  await expect(result.getByText("The service did not accept the secret.")).toBeVisible();
  await expect(result.getByText("[redacted]")).toHaveCount(1);

  await page.getByLabel("API key (optional)", { exact: true }).fill(right);
  await runTest(page);
  await expect(result.getByRole("status").getByText(/ works$/)).toBeVisible();
  expect(models.keys).toEqual([`Bearer ${wrong}`, `Bearer ${right}`]);

  await page.getByLabel("API key (optional)", { exact: true }).fill("");
  const record = await readRecord();
  const log = JSON.stringify(await readActivity(folders.data));
  expect(record).toContain("connections:test");
  expect(log.match(/connection\.test/g)).toHaveLength(2);
  for (const value of [wrong, right]) {
    expect(record + log).not.toContain(value);
    await expectNotInPage(latchkey, value);
    expect(await filesWith(session.folder, value)).toEqual([]);
  }
});

test("a connection that failed its last test says why and what to do, also where the test ran elsewhere", async ({
  latchkey,
}) => {
  const { page } = latchkey;
  await using models = await serveModels(canary());
  await page.evaluate(
    async ({ address, key }) => {
      const { connection } = await window.latchkey.connections.create({
        providerId: "openai-compatible",
        displayName: "Models",
        fields: { "base-url": address },
        secrets: { "api-key": key },
      });
      await window.latchkey.connections.test({ testId: crypto.randomUUID(), target: { id: connection.id } });
    },
    { address: models.address, key: canary() },
  );
  await page.getByRole("link", { name: "Connections" }).click();
  await page.getByRole("button", { name: "Open Models" }).click();
  const why = page.getByText("The service did not accept the secret.");
  await expect(why).toHaveCount(1);
  // The result of a test that runs here says it too, so it is not said twice.
  await runTest(page);
  await expect(page.getByRole("region", { name: "Test result" }).getByRole("alert")).toBeVisible();
  await expect(why).toHaveCount(1);
});

test("a new host key is shown and trusted by a click, and another one later is refused", async ({
  latchkey,
}) => {
  const { page } = latchkey;
  const password = canary();
  const first = await serveFiles(password);
  await openForm(page, /^SFTP/);
  await page.getByLabel("Host", { exact: true }).fill("127.0.0.1");
  await page.getByLabel("Port", { exact: true }).fill(String(first.port));
  await page.getByLabel("User name", { exact: true }).fill("ada");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await runTest(page);
  const result = page.getByRole("region", { name: "Test result" });
  const fingerprint = result.getByText(/^ssh-ed25519 SHA256:/);
  await expect(fingerprint).toHaveCount(1);
  const pin = (await fingerprint.textContent()) ?? "";
  await expect(result.getByRole("alert")).toHaveText("Is this the server of “SFTP”?");
  await result.getByRole("button", { name: "Cancel" }).click();
  await expect(result).toHaveCount(0);
  await runTest(page);
  await result.getByRole("button", { name: "Trust and continue" }).click();
  await expect(result.getByRole("status").getByText(/ works$/)).toBeVisible();

  // What is saved has the key, and is tested by the server, which has the password.
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText(/Saved in Keychain/).waitFor();
  const { connections } = await page.evaluate(() => window.latchkey.connections.list());
  expect(connections[0]?.fields).toMatchObject({ "host-key": pin });
  await runTest(page);
  await expect(result.getByRole("status").getByText(/ works$/)).toBeVisible();

  await first[Symbol.asyncDispose]();
  await using _second = await serveFiles(password, first.port);
  await runTest(page);
  await expect(result.getByText("The server's identity has changed.")).toBeVisible();
  await expect(fingerprint).toHaveCount(2);
  await expect(result.getByRole("button")).toHaveCount(0);
});

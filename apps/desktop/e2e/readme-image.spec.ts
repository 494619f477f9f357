import { join } from "node:path";
import { expect, test } from "./support/latchkey.ts";
import { waitForHealthy } from "./support/screens.ts";

const keys = [
  "latchkey.anthropic.default",
  "mcp.system.github.token",
  "provider.openai.api-key",
  "provider.openrouter.api-key",
  "sftp.backup.password",
];

// `UPDATE_IMAGES=1 pnpm e2e` renews the picture that the README shows.
const imagesFolder = join(import.meta.dirname, "../../../docs/images");

test("the picture of the README is taken from the running app", async ({ latchkey }, testInfo) => {
  const { page } = latchkey;
  await waitForHealthy(page, 1);
  for (const key of keys) {
    await page.evaluate((request) => window.latchkey.secrets.upsert(request as never), {
      key,
      value: "canary",
    });
  }
  await page.getByText("SFTP_BACKUP_PASSWORD").waitFor();
  await waitForHealthy(page, 2);
  await page.getByRole("button", { name: "Server: Running" }).waitFor();
  const folder = process.env["UPDATE_IMAGES"] ? imagesFolder : testInfo.outputDir;
  const image = await page.screenshot({ path: join(folder, "secrets.png") });
  expect(image.byteLength).toBeGreaterThan(10_000);
});

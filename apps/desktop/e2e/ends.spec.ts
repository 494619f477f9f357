import { canary } from "./support/canary.ts";
import { expect, openLatchkey, test } from "./support/latchkey.ts";
import { descendantsOf, isRunning, onlyServerOf } from "./support/processes.ts";
import { addSecret, waitForHealthy } from "./support/screens.ts";

test("an app that is killed leaves no server and no helper process behind", async ({ session }) => {
  const latchkey = await openLatchkey(session);
  await addSecret(latchkey.page, "provider.openai.api-key", canary());
  await waitForHealthy(latchkey.page, 2);
  await onlyServerOf(latchkey.pid);
  const family = descendantsOf(latchkey.pid);

  process.kill(latchkey.pid, "SIGKILL");

  await expect.poll(() => family.filter(isRunning), { timeout: 2_000, intervals: [50] }).toEqual([]);
});

test("an app that is closed ends its server first", async ({ session }) => {
  const latchkey = await openLatchkey(session);
  await waitForHealthy(latchkey.page, 1);
  const family = [latchkey.pid, ...descendantsOf(latchkey.pid)];
  await latchkey.app.close();
  await expect.poll(() => family.filter(isRunning), { timeout: 2_000, intervals: [50] }).toEqual([]);
});

test("a server that is killed comes back healthy by itself, and its exit is shown", async ({ latchkey }) => {
  const { page, pid } = latchkey;
  const generation = await waitForHealthy(page, 1);
  process.kill(await onlyServerOf(pid), "SIGKILL");
  await waitForHealthy(page, generation + 1);
  const { server } = await page.evaluate(() => window.latchkey.desktop.getState());
  expect(server.lastExit).toMatchObject({ generation });
});

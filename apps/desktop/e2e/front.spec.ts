import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FrontAddress } from "@latchkey/host/front-file";
import { canary } from "./support/canary.ts";
import { expect, type Latchkey, openLatchkey, test } from "./support/latchkey.ts";
import { waitForHealthy } from "./support/screens.ts";

const key = "provider.openai.api-key";

const addressOf = async ({ folders }: Latchkey) =>
  FrontAddress.parse(JSON.parse(await readFile(join(folders.data, "server-front.json"), "utf8")));

/** Asks as fast as answers come, until it is told to stop; gives the answers that were not good. */
function askOnAndOn({ port, token }: FrontAddress): () => Promise<{ answers: number; failures: unknown[] }> {
  const end = new AbortController();
  const tally = { answers: 0, failures: [] as unknown[] };
  const headers = { authorization: `Bearer ${token}` };
  async function ask(): Promise<void> {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/v1/environment`, { headers });
      await response.arrayBuffer();
      if (response.ok) tally.answers += 1;
      else tally.failures.push(response.status);
    } catch (error) {
      tally.failures.push(error);
    }
  }
  const asking = (async () => {
    while (!end.signal.aborted) await ask();
  })();
  return async () => {
    end.abort();
    await asking;
    return tally;
  };
}

test("another program keeps one address of the server over changes, and none of its requests fails", async ({
  session,
}) => {
  const latchkey = await openLatchkey(session);
  const { page } = latchkey;
  let generation = await waitForHealthy(page, 1);
  const address = await addressOf(latchkey);
  const stop = askOnAndOn(address);
  for (let change = 1; change <= 3; change += 1) {
    await page.evaluate((request) => window.latchkey.secrets.upsert(request), {
      key,
      value: canary(),
    } as never);
    generation = await waitForHealthy(page, generation + 1);
  }
  const { answers, failures } = await stop();
  expect([failures, await addressOf(latchkey)]).toEqual([[], address]);
  expect(answers).toBeGreaterThan(3);
  await latchkey.app.close();
  await expect(addressOf(latchkey)).rejects.toThrow(/ENOENT/);
});

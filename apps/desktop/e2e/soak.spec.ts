import { connect } from "node:net";
import { join } from "node:path";
import { canary } from "./support/canary.ts";
import { expect, type Latchkey, openLatchkey, test } from "./support/latchkey.ts";
import {
  descendantsOf,
  environmentOf,
  isRunning,
  onlyServerOf,
  serverEnvironment,
  serversOf,
} from "./support/processes.ts";
import { addSecret, waitForHealthy } from "./support/screens.ts";

/** A short share runs with every test run; `LATCHKEY_SOAK=long` or `full` runs the numbers that are published. */
const rounds = {
  short: { badValues: 3, appKills: 2 },
  long: { badValues: 100, appKills: 100 },
  full: { badValues: 500, appKills: 500 },
}[process.env["LATCHKEY_SOAK"] ?? "short"] ?? { badValues: 0, appKills: 0 };

const key = "provider.choosy.api-key";
const envName = "PROVIDER_CHOOSY_API_KEY";
const fixture = join(import.meta.dirname, "fixtures/choosy-server.mjs");
const say = (text: string) => void process.stdout.write(`${text}\n`);
/** Of the server in use, and for a moment of one that was refused. */
const valuesInUse = ({ pid }: Latchkey) => serversOf(pid).map((server) => environmentOf(server)[envName]);

test.setTimeout(30_000 + (rounds.badValues + rounds.appKills) * 8_000);

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(false)).once("error", () => resolve(true));
    socket.once("connect", () => socket.destroy());
  });
}

test(`${rounds.badValues} values that the server refuses stay pending, also over a restart of the app, in Electron`, async ({
  session,
}) => {
  const good = canary();
  const first = await openLatchkey(session, [], fixture);
  await addSecret(first.page, key, good);
  const generation = await waitForHealthy(first.page, 2);
  let pending = 0;
  for (let count = 1; count <= rounds.badValues; count += 1) {
    const status = await first.page.evaluate(
      async (request) => {
        const ended = new Promise<string | undefined>((resolve) => {
          let hasBegun = false;
          const stop = window.latchkey.desktop.onStateChanged(({ change }) => {
            hasBegun ||= change?.status === "applying";
            if (!hasBegun || change?.status === "applying") return;
            stop();
            resolve(change?.status);
          });
        });
        await window.latchkey.secrets.upsert(request);
        return ended;
      },
      { key, value: `${canary()}-bad` } as never,
    );
    if (status === "pending") pending += 1;
    expect(valuesInUse(first)).toContain(good);
  }
  const { server } = await first.page.evaluate(() => window.latchkey.desktop.getState());
  expect(server.generation).toBe(generation);
  await first.app.close();

  const second = await openLatchkey(session, [], fixture);
  await waitForHealthy(second.page, 1);
  const { change } = await second.page.evaluate(() => window.latchkey.desktop.getState());
  say(`${rounds.badValues} bad values: ${pending} left pending, the former server up throughout`);
  expect([pending, (await serverEnvironment(second.pid))[envName]]).toEqual([rounds.badValues, good]);
  expect(change).toMatchObject({ status: "pending", reason: "crashed" });
  await second.app.close();
});

test(`${rounds.appKills} times kill -9 of the app in Electron: nothing is left, the port is free, the next start works`, async ({
  session,
}) => {
  for (let count = 1; count <= rounds.appKills; count += 1) {
    const latchkey = await openLatchkey(session);
    await waitForHealthy(latchkey.page, 1);
    const { server } = await latchkey.page.evaluate(() => window.latchkey.desktop.getState());
    await onlyServerOf(latchkey.pid);
    const family = descendantsOf(latchkey.pid);
    process.kill(latchkey.pid, "SIGKILL");
    await expect.poll(() => family.filter(isRunning), { timeout: 2_000, intervals: [50] }).toEqual([]);
    expect(await isFree(server.port ?? 0)).toBe(true);
  }
  say(`${rounds.appKills} kills of the app: 0 orphans, ports free`);
});

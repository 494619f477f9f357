import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  askOnAndOn,
  choosyServer,
  createPerson,
  expectGone,
  realServer,
  serversAmong,
  startHost,
} from "./start-host.ts";

/** A short share runs with every test run; `LATCHKEY_SOAK=long` or `full` runs the numbers that are published. */
const rounds = {
  short: { changes: 3, kills: 2 },
  long: { changes: 200, kills: 100 },
  full: { changes: 1_000, kills: 500 },
}[process.env["LATCHKEY_SOAK"] ?? "short"] ?? { changes: 0, kills: 0 };

const TIMEOUT_MS = 3_600_000;
const key = "provider.choosy.api-key";
const say = (text: string) => void process.stdout.write(`${text}\n`);

test(
  `${rounds.changes} saved values under two clients of the published address: no failed request, one address`,
  async () => {
    const person = await createPerson();
    const host = startHost(person, realServer);
    await host.healthy();
    const address = await host.front();
    const clients = askOnAndOn(address, 2);
    for (let change = 1; change <= rounds.changes; change += 1) {
      expect(await host.save(key, `canary-${change}`)).toBeNull();
    }
    await clients.stop();
    say(
      `${rounds.changes} saved values: ${clients.answers} answers, ${clients.failures.length} failed requests`,
    );
    expect([clients.failures, await host.front()]).toEqual([[], address]);
    expect((await stat(join(person.data, "server-front.json"))).mode & 0o777).toBe(0o600);
    const family = host.family();
    await host.end("SIGTERM");
    await expectGone(family, [], [address.port]);
    await expect(host.front()).rejects.toThrow(/ENOENT/);
  },
  TIMEOUT_MS,
);

test(
  `${rounds.kills} bad values, each with kill -9 of the host program: pending with its reason after the restart, ` +
    "the value in force served throughout, nothing left, ports free",
  async () => {
    const person = await createPerson();
    let host = startHost(person, choosyServer);
    await host.healthy();
    expect(await host.save(key, "canary-good")).toBeNull();
    let pending = 0;
    for (let kill = 1; kill <= rounds.kills; kill += 1) {
      const { generation } = (await host.healthy()).server;
      const address = await host.front();
      const clients = askOnAndOn(address, 1);
      const left = await host.save(key, `canary-${kill}-bad`);
      await clients.stop();
      const { server } = await host.healthy();
      expect([clients.failures, server.generation]).toEqual([[], generation]);

      const family = host.family();
      const servers = serversAmong(family);
      expect(servers.map(({ values }) => values)).toEqual([["PROVIDER_CHOOSY_API_KEY=canary-good"]]);
      await host.end("SIGKILL");
      await expectGone(
        family,
        servers.map(({ nonce }) => nonce),
        [server.port ?? 0, address.port],
      );

      host = startHost(person, choosyServer);
      const { change } = await host.healthy();
      expect(serversAmong(host.family()).map(({ values }) => values)).toEqual([
        ["PROVIDER_CHOOSY_API_KEY=canary-good"],
      ]);
      expect(change).toEqual(left);
      if (change?.status === "pending" && change.reason === "crashed" && change.logTail.length === 1)
        pending += 1;
    }
    await host.end("SIGTERM");
    say(
      `${rounds.kills} bad values and kills of the host program: ${pending} pending over the restart, 0 orphans`,
    );
    expect(pending).toBe(rounds.kills);
  },
  TIMEOUT_MS,
);

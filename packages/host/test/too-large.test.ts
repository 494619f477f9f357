import { createEnvFileBackend, openSecretStore } from "@latchkey/secrets-core";
import { expect, test } from "vitest";
import { choosyServer, createPerson, serversAmong, startHost } from "./start-host.ts";

const nearlyAll = "x".repeat(60_000);
const keys = ["a", "b", "c", "d", "e"].map((id) => `provider.${id}.key`);

test("a set in force that no process can be started with starts none, and the state tells why", async () => {
  const person = await createPerson();
  const backends = [createEnvFileBackend({ folder: person.data })];
  const options = { folder: person.data, appId: "latchkey", backends, onAudit: async () => undefined };
  await using store = await openSecretStore(options);
  await store.change(keys.map((key) => ({ op: "set" as const, key, value: nearlyAll })));
  const host = startHost(person, choosyServer);
  const { server } = await host.stateWhere(({ server: { logTail } }) => logTail.length > 0);
  expect(server.logTail[0]).toMatch(/^All variables together would be larger than the 300000 characters/);
  expect([server.lastExit?.code ?? null, serversAmong(host.family())]).toEqual([null, []]);
});

test("a value that makes the set too large waits for that reason, and the server keeps what it has", async () => {
  const person = await createPerson();
  const host = startHost(person, choosyServer);
  await host.healthy();
  for (const key of keys.slice(0, -1)) expect(await host.save(key, nearlyAll)).toBeNull();
  const { generation } = (await host.healthy()).server;
  const change = await host.save(keys.at(-1) ?? "", nearlyAll);
  expect(change).toEqual({ status: "pending", keys: keys.slice(-1), reason: "too-large", logTail: [] });
  expect((await host.healthy()).server.generation).toBe(generation);
});

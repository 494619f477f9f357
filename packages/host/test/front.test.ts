import { readFileSync } from "node:fs";
import { EnvironmentResponse } from "@latchkey/api-contracts/server";
import { expect, test } from "vitest";
import { askServer } from "../examples/ask-server.ts";
import { createPerson, realServer, startHost } from "./start-host.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test("the page on asking the server shows the example that runs here", () => {
  expect(read("../../../docs/ask-the-server.md")).toContain(read("../examples/ask-server.ts"));
});

test("another program of the same user finds the server and keeps its address over a change", async () => {
  const person = await createPerson();
  const host = startHost(person, realServer);
  await host.healthy();
  const ask = async () =>
    EnvironmentResponse.parse(await (await askServer(person.data, "/v1/environment")).json());
  const address = await host.front();
  expect(await ask()).toEqual({ generation: 1, names: [] });
  await host.save("provider.a.key", "canary-a");
  expect(await ask()).toEqual({ generation: 2, names: [{ name: "PROVIDER_A_KEY", isSet: true }] });
  expect(await host.front()).toEqual(address);
});

test("a token of an earlier run opens nothing, and an address that a killed run left is replaced by the next", async () => {
  const person = await createPerson();
  const first = startHost(person, realServer);
  await first.healthy();
  const former = await first.front();
  await first.end("SIGKILL");
  expect(await first.front()).toEqual(former);
  const second = startHost(person, realServer);
  await second.healthy();
  const { port, token } = await second.front();
  const statusWith = async (shown: string) => {
    const headers = { authorization: `Bearer ${shown}` };
    return (await fetch(`http://127.0.0.1:${port}/v1/environment`, { headers })).status;
  };
  expect([await statusWith(token), await statusWith(former.token)]).toEqual([200, 401]);
});

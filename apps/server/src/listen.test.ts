import { EventEmitter, once } from "node:events";
import { Agent, get, type IncomingMessage, type ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { listen } from "./listen.ts";

test("a stop lets the request in flight end, then closes its kept connection and is done", async () => {
  const arrivals = new EventEmitter();
  const listener = await listen(
    { host: "127.0.0.1", port: 0 },
    () => (_, response) => void arrivals.emit("request", response),
  );

  const agent = new Agent({ keepAlive: true });
  const request = get({ host: "127.0.0.1", port: listener.port, agent });
  const [response] = (await once(arrivals, "request")) as [ServerResponse];
  const stopped = listener.stop();
  response.end("late answer");
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  const chunks = await answer.toArray();
  expect(Buffer.concat(chunks as Buffer[]).toString()).toBe("late answer");
  await stopped;
  agent.destroy();
});

test("a stop closes connections that are kept alive, and refuses new ones", async () => {
  const listener = await listen({ host: "127.0.0.1", port: 0 }, () => (_, response) => void response.end());
  const agent = new Agent({ keepAlive: true });
  const [answer] = (await once(get({ host: "127.0.0.1", port: listener.port, agent }), "response")) as [
    IncomingMessage,
  ];
  answer.resume();
  await once(answer, "end");
  await listener.stop();
  const [error] = (await once(get({ host: "127.0.0.1", port: listener.port }), "error")) as [Error];
  expect(error).toMatchObject({ code: "ECONNREFUSED" });
  agent.destroy();
});

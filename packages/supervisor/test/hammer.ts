import { Agent, request } from "node:http";
import { defaultFrontLimits } from "../src/index.ts";

/** What clients at full speed got: how many answers, and what went wrong. */
export type Tally = { answers: number; failures: string[]; stop: () => Promise<void> };

/** A request that is not answered for so long is lost: the front itself tells by then that it has no server. */
const LOST_MS = 1.5 * defaultFrontLimits.waitMs;

/** Asks again and again over one kept connection each, as fast as answers come, until it is stopped. */
export function hammer(options: { port: number; token: string; clients: number; path?: string }): Tally {
  const { port, token, clients, path = "/v1/environment" } = options;
  const end = new AbortController();
  const done = Promise.all(Array.from({ length: clients }, run));
  const tally: Tally = {
    answers: 0,
    failures: [],
    async stop() {
      end.abort();
      await done;
    },
  };
  return tally;

  async function run(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!end.signal.aborted) await ask(agent);
    agent.destroy();
  }
  function ask(agent: Agent): Promise<void> {
    return new Promise((resolve) => {
      const fail = (error: Error) => {
        tally.failures.push(error.message);
        resolve();
      };
      const headers = { authorization: `Bearer ${token}` };
      const asked = request({ host: "127.0.0.1", port, path, agent, headers }, (response) => {
        response.on("error", fail).resume();
        response.once("end", () => {
          if (response.statusCode === 200) tally.answers += 1;
          else tally.failures.push(`status ${response.statusCode}`);
          resolve();
        });
      });
      asked.setTimeout(LOST_MS, () => asked.destroy(new Error("no answer")));
      asked.on("error", fail).end();
    });
  }
}

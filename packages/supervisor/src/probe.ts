import { get } from "node:http";
import { HealthResponse, ReadyResponse } from "@latchkey/api-contracts/server";
import { serverPaths } from "@latchkey/api-contracts/server-names";
import type { ProbeKind } from "./machine-state.ts";

const MAX_ANSWER_BYTES = 4_096;
const questions = {
  ready: { path: serverPaths.ready, schema: ReadyResponse },
  healthy: { path: serverPaths.health, schema: HealthResponse },
} as const;

/**
 * Asks a server process how it is. A good answer is 200, of the contract's form, and with the nonce of this
 * incarnation: another process that has the port by now cannot give it. Never rejects.
 */
export function probe(options: {
  port: number;
  kind: ProbeKind;
  nonce: string;
  generation: number;
  timeoutMs: number;
}): Promise<boolean> {
  const { path, schema } = questions[options.kind];
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(options.timeoutMs);
    const request = get({ host: "127.0.0.1", port: options.port, path, agent: false, signal }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
        if (body.length > MAX_ANSWER_BYTES) request.destroy();
      });
      response.on("end", () => {
        const answer = schema.safeParse(parseJson(body)).data;
        const isOurs = answer?.nonce === options.nonce && answer.generation === options.generation;
        resolve(response.statusCode === 200 && answer?.status === options.kind && isOurs);
      });
      response.on("error", () => resolve(false));
    });
    request.on("error", () => resolve(false));
    request.on("close", () => resolve(false));
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

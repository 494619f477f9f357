import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { ServerConfig } from "./config.ts";
import { createHostCheck } from "./guards.ts";
import { healthAnswer } from "./health.ts";

type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * Answers requests. A new generation serves once its health is known, so health is answered with what is loaded
 * already; the other addresses are loaded after its first answer, or with the first request for one of them.
 */
export function createHandler(config: ServerConfig): RequestListener {
  const isOwnHost = createHostCheck(config.port);
  let loading: Promise<Handle> | undefined;
  const load = () => (loading ??= loadServer(config));
  return (request, response) => {
    const isPlain = request.method === "GET" && isOwnHost(request.headers.host);
    const answer = isPlain ? healthAnswer(config, request.url) : undefined;
    if (!answer) {
      void load().then((handle) => handle(request, response));
      return;
    }
    response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(JSON.stringify(answer));
    if (answer.status === "healthy") response.once("close", () => void setImmediate(() => void load()));
  };
}

async function loadServer(config: ServerConfig): Promise<Handle> {
  const [{ getRequestListener }, { buildServer }] = await Promise.all([
    import("@hono/node-server"),
    import("./server.ts"),
  ]);
  return getRequestListener(buildServer(config).fetch, { overrideGlobalObjects: false });
}

import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { RequesterId } from "@latchkey/api-contracts/ids";
import { requesterOfTool, type ToolAccess } from "./tool-access.ts";

export type ToolListenerOptions = Readonly<{
  access: ToolAccess;
  /** The generation that serves now, with its token; `undefined` while none does. */
  serving: () => { generation: number; token: string } | undefined;
}>;

/** Where the server process asks for its tools. */
export type ToolListener = AsyncDisposable &
  Readonly<{
    port: number;
    /** Another generation may serve, or none: what was given to a former one ends, and its questions are taken back. */
    servingChanged: () => void;
  }>;

type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * Opens an address on loopback, at a port that is free, for the server process alone. What is given there belongs to
 * the generation that asked, and ends with it.
 */
export async function openToolListener({ access, serving }: ToolListenerOptions): Promise<ToolListener> {
  let known: { generation: number | undefined; requesters: Set<RequesterId> } = {
    generation: undefined,
    requesters: new Set(),
  };
  let loading: Promise<Handle> | undefined;

  function servingChanged(): void {
    const generation = serving()?.generation;
    if (generation === known.generation) return;
    const former = known.requesters;
    known = { generation, requesters: new Set() };
    for (const requesterId of former) access.requesterStopped(requesterId);
  }
  function isServing(authorization: string): boolean {
    servingChanged();
    const token = serving()?.token;
    const isItsOwn = timingSafeEqual(digest(authorization), digest(`Bearer ${token}`));
    return token !== undefined && isItsOwn;
  }

  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not an address of TCP");
  const { port } = address;

  /** Loaded with the first request: no start of the app waits for it. */
  async function load(): Promise<Handle> {
    const [{ getRequestListener }, { createToolRoutes }] = await Promise.all([
      import("@hono/node-server"),
      import("./tool-routes.ts"),
    ]);
    const routes = createToolRoutes({
      access,
      port,
      isServing,
      requesterOf(toolId) {
        const requesterId = requesterOfTool(toolId);
        known.requesters.add(requesterId);
        return requesterId;
      },
    });
    return getRequestListener(routes.fetch, { overrideGlobalObjects: false });
  }
  server.on("request", (request, response) => {
    loading ??= load();
    // Whoever asks sees the cut connection; the app goes on.
    loading.then((handle) => handle(request, response)).catch(() => response.destroy());
  });
  return {
    port,
    servingChanged,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { AppError, errorTable, toErrorData } from "@latchkey/api-contracts/errors";
import { serverPaths } from "@latchkey/api-contracts/server-names";
import { createAccessCheck } from "./front-access.ts";
import { forward } from "./front-forward.ts";
import { forwardUpgrade } from "./front-upgrade.ts";
import type { Supervisor } from "./supervisor.ts";

/** How long requests wait, and how much of them is kept. **Units** milliseconds, bytes, requests. */
export type FrontLimits = {
  /** How long a request waits for a server that is on its way. */
  waitMs: number;
  /** So many requests may be under way at one time; more are refused. */
  maxRequests: number;
  /** A body of up to this is kept until the answer begins, so that the request can be sent again where that is safe. */
  maxKeptBytes: number;
};

export const defaultFrontLimits: FrontLimits = { waitMs: 10_000, maxRequests: 1_000, maxKeptBytes: 65_536 };

/** The one address of the server over all its generations. */
export type Front = {
  port: number;
  /** The bearer token of this front. It stays while generations come and go, each with a token of its own. */
  token: string;
  [Symbol.asyncDispose]: () => Promise<void>;
};

/**
 * Opens a local HTTP address that leads to whichever generation serves. Clients keep their address, their token and
 * their connections over a change; each request goes to one generation as a whole. A request that meets no server
 * waits; one that was cut off before its answer began is sent again if it is idempotent.
 *
 * A client shows the front's own token and names the front in its `Host` header; towards the server both are replaced
 * by those of the generation. Everything else is passed on as it is, but for hop-by-hop headers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 on hop-by-hop headers
 */
export async function openFront(options: {
  supervisor: Pick<Supervisor, "lease">;
  /** Default 0, a free one. */
  port?: number;
  /** **Shape** 43 characters of base64url, 256 bits; a new one by default. */
  token?: string;
  limits?: Partial<FrontLimits>;
}): Promise<Front> {
  const { supervisor, token = randomBytes(32).toString("base64url") } = options;
  const limits = { ...defaultFrontLimits, ...options.limits };
  let underWay = 0;
  /** Connections that changed their protocol: the HTTP server does not count them as its own any more. */
  const upgraded = new Set<Duplex>();

  const server = createServer();
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not an address of TCP");
  const openPaths = [serverPaths.health, serverPaths.ready];
  const checkAccess = createAccessCheck({ port: address.port, token, openPaths });
  // A request may last as long as its server takes; slow headers are what the defaults of Node guard against.
  server.requestTimeout = 0;

  /** @throws as a server would refuse, and `server.unhealthy` when too many are under way */
  function admit(request: IncomingMessage): void {
    checkAccess(request);
    if (underWay > limits.maxRequests)
      throw new AppError("server.unhealthy", { reason: "too-many-requests" });
  }
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    underWay += 1;
    response.once("close", () => (underWay -= 1));
    try {
      admit(request);
      await forward({ supervisor, limits, request, response });
    } catch (error) {
      refuse(response, error);
    }
  }
  async function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    underWay += 1;
    upgraded.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      underWay -= 1;
      upgraded.delete(socket);
    });
    try {
      admit(request);
      await forwardUpgrade({ supervisor, limits, request, socket, head });
    } catch (error) {
      refuseUpgrade(socket, error);
    }
  }
  server.on("request", (request, response) => void answer(request, response));
  server.on("upgrade", (request, socket, head) => void upgrade(request, socket, head));
  return {
    port: address.port,
    token,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      for (const socket of upgraded) socket.destroy();
      await closed;
    },
  };
}

function refuse(response: ServerResponse, error: unknown): void {
  const data = toErrorData(error);
  // Half an answer cannot be taken back: the cut connection tells.
  if (response.headersSent || response.destroyed) return void response.destroy();
  const body = JSON.stringify({ error: data });
  response.writeHead(errorTable[data.code].status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...(data.code === "server.unhealthy" && { "retry-after": "1" }),
  });
  response.end(body);
}

function refuseUpgrade(socket: Duplex, error: unknown): void {
  if (socket.destroyed) return;
  const { status } = errorTable[toErrorData(error).code];
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

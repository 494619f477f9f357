import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";

/** A listening HTTP server. */
export type Listener = {
  port: number;
  /** Accepts nothing more, lets requests in flight end, and closes connections that are kept alive. */
  stop: () => Promise<void>;
};

/** Listens on the host and port, 0 for a free one, and only then makes the handler, which may need the port. */
export async function listen(
  { host, port }: { host: string; port: number },
  createHandler: (port: number) => RequestListener,
): Promise<Listener> {
  const server = createServer();
  let isStopping = false;
  server.on("request", (_request, response) => {
    response.on("close", () => {
      // A connection counts as idle only after its response has closed.
      if (isStopping) setImmediate(() => server.closeIdleConnections());
    });
  });
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not an address of TCP");
  server.on("request", createHandler(address.port));
  return {
    port: address.port,
    async stop() {
      isStopping = true;
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

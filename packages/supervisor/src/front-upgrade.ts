import { type IncomingMessage, request as send } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "@latchkey/api-contracts/errors";
import type { FrontLimits } from "./front.ts";
import { takeLease } from "./front-forward.ts";
import { endToEndHeaders, headersFor } from "./front-headers.ts";
import type { Supervisor } from "./supervisor.ts";

/**
 * Passes a change of protocol, such as WebSocket, to the generation that serves, and what follows both ways. The
 * connection belongs to that generation: it is cut at the drain limit at the latest, and the client connects anew.
 *
 * @throws `server.unhealthy`, `server.stopped`
 */
export async function forwardUpgrade(options: {
  supervisor: Pick<Supervisor, "lease">;
  limits: FrontLimits;
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}): Promise<void> {
  const { supervisor, limits, request, socket, head } = options;
  const lease = await takeLease(supervisor, AbortSignal.timeout(limits.waitMs));
  socket.once("close", lease.release);
  if (socket.destroyed) return lease.release();
  lease.onCutOff(() => socket.destroy());
  const { upgrade } = request.headers;
  await new Promise<void>((resolve, reject) => {
    const upstream = send({
      host: "127.0.0.1",
      port: lease.port,
      method: request.method,
      path: request.url,
      headers: { ...headersFor(request, lease), connection: "upgrade", upgrade },
      agent: false,
    });
    upstream.once("upgrade", (answer, server, serverHead) => {
      writeHead(socket, answer, { connection: "upgrade", upgrade: answer.headers.upgrade ?? upgrade ?? "" });
      join(socket, server, head, serverHead);
      resolve();
    });
    upstream.once("response", (answer) => {
      writeHead(socket, answer, { connection: "close" });
      answer.pipe(socket);
      resolve();
    });
    upstream.once("error", () => reject(new AppError("server.unhealthy", { reason: "no-answer" })));
    socket.once("close", () => upstream.destroy());
    upstream.end();
  });
}

function writeHead(socket: Duplex, answer: IncomingMessage, own: Readonly<Record<string, string>>): void {
  const headers = Object.entries({ ...endToEndHeaders(answer), ...own }).flatMap(([name, values]) =>
    [values].flat().map((value) => `${name}: ${value}\r\n`),
  );
  socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\n${headers.join("")}\r\n`);
}

/** Two connections become one; the end of either is the end of both. */
function join(one: Duplex, other: Duplex, oneHead: Buffer, otherHead: Buffer): void {
  for (const [from, to, head] of [
    [one, other, oneHead],
    [other, one, otherHead],
  ] as const) {
    if (head.length > 0) to.write(head);
    from.on("error", () => to.destroy()).once("close", () => to.destroy());
    from.pipe(to);
  }
}

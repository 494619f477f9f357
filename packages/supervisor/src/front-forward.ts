import { type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { AppError } from "@latchkey/api-contracts/errors";
import type { FrontLimits } from "./front.ts";
import { type KeptBody, keepBody } from "./front-body.ts";
import { endToEndHeaders, headersFor } from "./front-headers.ts";
import type { Lease } from "./leases.ts";
import type { Supervisor } from "./supervisor.ts";

/** Asking twice is as good as asking once. @see https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2 */
const IDEMPOTENT = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

type Exchange = {
  supervisor: Pick<Supervisor, "lease">;
  limits: FrontLimits;
  request: IncomingMessage;
  response: ServerResponse;
};

/**
 * Sends a request to the generation that serves, and its answer back, both as they come. If the connection breaks
 * before the answer begins, the request goes to the generation that serves then: an idempotent one whose body is still
 * known, and any other if nothing of it had been sent.
 *
 * @throws `server.unhealthy`, `server.stopped`
 */
export async function forward({ supervisor, limits, request, response }: Exchange): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const deadline = AbortSignal.timeout(limits.waitMs);
  const body = keepBody(request, limits.maxKeptBytes);
  const isIdempotent = IDEMPOTENT.has(request.method ?? "");
  for (;;) {
    const lease = await takeLease(supervisor, AbortSignal.any([gone.signal, deadline]));
    let hasSent = false;
    try {
      const onSent = () => (hasSent = true);
      const answer = await sendTo({ request, lease, body, isIdempotent, gone: gone.signal, onSent });
      return await relay(answer, response);
    } catch (error) {
      if (gone.signal.aborted || response.headersSent) throw error;
      const canRepeat = body.isWhole() && (isIdempotent || !hasSent);
      if (!canRepeat || deadline.aborted) throw new AppError("server.unhealthy", { reason: "no-answer" });
    } finally {
      lease.release();
    }
  }
}

/** Waits for a generation that serves. @throws `server.unhealthy`, `server.stopped` */
export async function takeLease(supervisor: Pick<Supervisor, "lease">, signal: AbortSignal): Promise<Lease> {
  try {
    return await supervisor.lease(signal);
  } catch (error) {
    throw error instanceof AppError ? error : new AppError("server.unhealthy", { reason: "no-answer" });
  }
}

/** Sends it once. `onSent` is called when the server may have got a part of it. Resolves when the answer begins. */
function sendTo(options: {
  request: IncomingMessage;
  lease: Lease;
  body: KeptBody;
  isIdempotent: boolean;
  gone: AbortSignal;
  onSent: () => void;
}): Promise<IncomingMessage> {
  const { request, lease, body, isIdempotent, gone, onSent } = options;
  return new Promise((resolve, reject) => {
    const upstream = send({
      host: "127.0.0.1",
      port: lease.port,
      method: request.method,
      path: request.url,
      // A kept connection may be closed while a request is on its way, and then nobody knows whether it arrived.
      agent: isIdempotent ? lease.agent : false,
      headers: headersFor(request, lease),
      signal: gone,
    });
    lease.onCutOff(() => upstream.destroy(new Error("the generation has ended")));
    upstream.once("response", resolve);
    upstream.on("error", reject);
    upstream.once("socket", (socket) => {
      if (socket.connecting) socket.once("connect", onSent);
      else onSent();
    });
    body.sendTo(upstream);
  });
}

/** Passes the answer on. @throws when it breaks off */
function relay(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEndHeaders(answer));
    answer.once("error", reject);
    response.once("finish", resolve);
    response.once("close", resolve);
    answer.pipe(response);
  });
}

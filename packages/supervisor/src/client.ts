import { AppError } from "@latchkey/api-contracts/errors";
import type { Lease } from "./leases.ts";

/** What is asked beside the path. */
export type ServerRequest = {
  method?: string;
  /** Sent as JSON. Never holds a secret value: a server takes those from its environment alone. */
  body?: unknown;
  signal?: AbortSignal;
};

/**
 * Asks a server process, with the token of its generation. The answer is read whole.
 *
 * @throws `request.invalid` when the path could lead elsewhere, `server.unhealthy` when there is no answer
 */
export async function requestServer(
  { port, token }: { port: number; token: string },
  path: string,
  { method = "GET", body, signal }: ServerRequest = {},
): Promise<Response> {
  try {
    if (!path.startsWith("/")) throw new AppError("request.invalid", { field: "path", rule: "wrong-form" });
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      // A redirection would take the token along.
      redirect: "error",
      ...(signal && { signal }),
    });
    const answer = await response.arrayBuffer();
    const { status, headers } = response;
    return new Response(answer.byteLength === 0 ? null : answer, { status, headers });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw new AppError("server.unhealthy", { reason: "no-answer" });
  }
}

/** Asks the generation of a lease, and gives the lease back with the answer, so that a switch does not cut it. */
export async function requestLeased(
  lease: Lease,
  path: string,
  request: ServerRequest = {},
): Promise<Response> {
  const { signal } = request;
  const cut = new AbortController();
  lease.onCutOff(() => cut.abort(new AppError("server.unhealthy", { reason: "no-answer" })));
  try {
    return await requestServer(lease, path, {
      ...request,
      signal: AbortSignal.any([cut.signal, ...(signal ? [signal] : [])]),
    });
  } finally {
    lease.release();
  }
}

import { AppError } from "@latchkey/api-contracts/errors";
import type { Lease } from "./leases.ts";

/**
 * Asks a server process, with the token of its generation. The answer is read whole before the lease is given back,
 * so that a switch does not cut it.
 *
 * @throws `request.invalid` when the path could lead elsewhere, `server.unhealthy` when there is no answer
 */
export async function requestServer(
  lease: Lease,
  path: string,
  { method = "GET", signal }: { method?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  const cut = new AbortController();
  lease.onCutOff(() => cut.abort());
  try {
    if (!path.startsWith("/")) throw new AppError("request.invalid", { field: "path", rule: "wrong-form" });
    const response = await fetch(`http://127.0.0.1:${lease.port}${path}`, {
      method,
      headers: { authorization: `Bearer ${lease.token}` },
      // A redirection would take the token along.
      redirect: "error",
      signal: AbortSignal.any([cut.signal, ...(signal ? [signal] : [])]),
    });
    const body = await response.arrayBuffer();
    const { status, headers } = response;
    return new Response(body.byteLength === 0 ? null : body, { status, headers });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AppError) throw error;
    throw new AppError("server.unhealthy", { reason: "no-answer" });
  } finally {
    lease.release();
  }
}

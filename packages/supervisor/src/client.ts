import { AppError } from "@latchkey/api-contracts/errors";

/**
 * Asks a server process, with the token of its generation.
 *
 * @throws `request.invalid` when the path could lead elsewhere, `server.unhealthy` when there is no answer
 */
export async function requestServer(options: {
  port: number;
  token: string;
  path: string;
  method?: string;
  signal?: AbortSignal;
}): Promise<Response> {
  const { port, token, path, method = "GET", signal } = options;
  if (!path.startsWith("/")) throw new AppError("request.invalid", { field: "path", rule: "wrong-form" });
  try {
    return await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      // A redirection would take the token along.
      redirect: "error",
      ...(signal && { signal }),
    });
  } catch {
    signal?.throwIfAborted();
    throw new AppError("server.unhealthy", { reason: "no-answer" });
  }
}

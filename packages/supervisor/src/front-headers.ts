import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import { FRONT_HEADER } from "@latchkey/api-contracts/server-names";
import type { Lease } from "./leases.ts";

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * The headers that go on, in their order and with their repetitions: without those of this one connection, and those
 * that `Connection` names.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
 */
export function endToEndHeaders(message: IncomingMessage): OutgoingHttpHeaders {
  const named = (message.headers.connection ?? "").toLowerCase().split(",");
  const dropped = new Set([...HOP_BY_HOP, ...named.map((name) => name.trim())]);
  const kept = Object.entries(message.headersDistinct).filter(([name]) => !dropped.has(name));
  return Object.fromEntries(kept.map(([name, values]) => [name, values?.length === 1 ? values[0] : values]));
}

/** The headers of a request as the generation expects them: its own host, its own token if one was shown, and the mark of the front. */
export function headersFor(request: IncomingMessage, lease: Lease): OutgoingHttpHeaders {
  const { authorization, ...headers } = endToEndHeaders(request);
  return {
    ...headers,
    host: `127.0.0.1:${lease.port}`,
    [FRONT_HEADER]: "1",
    ...(authorization !== undefined && { authorization: `Bearer ${lease.token}` }),
    // Said aloud: for some methods Node would send the body without a frame, and it would be read as a next request.
    ...(request.headers["transfer-encoding"] !== undefined && { "transfer-encoding": "chunked" }),
  };
}

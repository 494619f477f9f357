import type { McpHttpCheck } from "@latchkey/api-contracts/connection-test";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { type CheckContext, CheckFailure, type CheckModule } from "./check.ts";
import { causeOfMcp, readTools } from "./mcp-tools.ts";
import { openSocket } from "./open-socket.ts";

const MAX_ANSWER_BYTES = 4 * 1_024 * 1_024;

/** Asks an MCP server for its tools over streamable HTTP. */
export const mcpHttp: CheckModule<McpHttpCheck> = {
  steps: ["dns", "connect", "initialize", "list-tools"],
  causeOf: causeOfMcp,
  async run(request, context) {
    const url = new URL(request.url);
    await tryConnect(url, context);
    const cut = new AbortController();
    const { bearer } = request.secrets;
    const transport = new StreamableHTTPClientTransport(url, {
      fetch: boundedFetch(cut.signal),
      requestInit: bearer ? { headers: { authorization: `Bearer ${context.secret(bearer)}` } } : {},
    });
    context.onEnd(async (isAborted) => {
      try {
        if (!isAborted && transport.sessionId !== undefined) await transport.terminateSession();
      } finally {
        cut.abort();
        await transport.close();
      }
    });
    return await readTools(transport, context);
  },
};

/** A connection of its own, because `fetch` does not tell looking up from connecting. */
async function tryConnect(url: URL, context: CheckContext): Promise<void> {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const socket = await openSocket({ host: url.hostname.replace(/^\[|\]$/g, ""), port }, context);
  socket.destroy();
}

/** `fetch` that follows no redirection, which would take the token along, and reads no endless answer. */
function boundedFetch(signal: AbortSignal): (url: string | URL, init?: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const signals = init?.signal ? [signal, init.signal] : [signal];
    const response = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.any(signals) });
    if (response.status >= 300 && response.status < 400) {
      throw new CheckFailure("not_found", `The server answered with a redirection (${response.status}).`);
    }
    if (!response.body) return response;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(limitBytes(MAX_ANSWER_BYTES)), {
      status,
      statusText,
      headers,
    });
  };
}

function limitBytes(maxBytes: number): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes)
        controller.error(new CheckFailure("protocol", `The answer is larger than ${maxBytes} bytes.`));
      else controller.enqueue(chunk);
    },
  });
}

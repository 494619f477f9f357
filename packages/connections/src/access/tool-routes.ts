import {
  type BrokerResponse,
  MAX_REQUEST_BYTES,
  ToolAccessRequest,
  ToolConnectionsRequest,
  type ToolConnectionsResponse,
  ToolFetchRequest,
  type ToolFetchResponse,
  type ToolId,
  toolPaths,
} from "@latchkey/api-contracts/access";
import { AppError, errorTable, toErrorData } from "@latchkey/api-contracts/errors";
import type { RequesterId } from "@latchkey/api-contracts/ids";
import { parseAs } from "@latchkey/api-contracts/parse";
import { Hono } from "hono";
import type * as z from "zod";
import type { ToolAccess } from "./tool-access.ts";

export type ToolRoutesOptions = Readonly<{
  access: Pick<ToolAccess, "listConnections" | "requestAccess" | "fetch">;
  /** The port that clients name in their `Host` header. */
  port: number;
  /** Whether a header `Authorization` shows the token of the generation that serves. */
  isServing: (authorization: string) => boolean;
  /** The requester that a tool is, from here on known to have asked. */
  requesterOf: (toolId: ToolId) => RequesterId;
}>;

/** What JSON and base64 make of the largest request, with room for the rest of it. */
const maxBodyBytes = 2 * MAX_REQUEST_BYTES;

const notStored = { "cache-control": "no-store" };

/**
 * The addresses at which the server process asks for its tools. Web pages are refused by their `Host` and `Origin`,
 * everyone else by the token of the generation that serves.
 *
 * **Shape** of every refusal: `{ error: ErrorData }`.
 */
export function createToolRoutes(options: ToolRoutesOptions): Hono {
  const { access, port, isServing } = options;

  /** @throws `server.not-found`, `server.unauthorized` */
  function admit(headers: Headers): void {
    const host = headers.get("host")?.toLowerCase();
    if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) throw new AppError("server.not-found");
    // A program sends none; a page in a browser cannot leave it out.
    if (headers.has("origin") || !isServing(headers.get("authorization") ?? ""))
      throw new AppError("server.unauthorized");
  }
  /** Once the body is read: another generation may serve since the request began. */
  function requesterOf(toolId: ToolId, { headers }: Request): RequesterId {
    admit(headers);
    return options.requesterOf(toolId);
  }

  const app = new Hono();
  app.use(async (c, next) => {
    admit(c.req.raw.headers);
    if (c.req.method !== "POST") return refuse(new AppError("server.not-found"));
    return await next();
  });
  app.post(toolPaths.listConnections, async (c) => {
    const { providerIds } = await readBody(c.req.raw, ToolConnectionsRequest);
    const connections = await access.listConnections(providerIds);
    return c.json<ToolConnectionsResponse>({ connections: [...connections] }, 200, notStored);
  });
  app.post(toolPaths.requestAccess, async (c) => {
    const { toolId, ...asked } = await readBody(c.req.raw, ToolAccessRequest);
    const requesterId = requesterOf(toolId, c.req.raw);
    const answer = await access.requestAccess({ ...asked, requesterId }, c.req.raw.signal);
    return c.json(answer, 200, notStored);
  });
  app.post(toolPaths.fetch, async (c) => {
    const { toolId, secretRef, request } = await readBody(c.req.raw, ToolFetchRequest);
    const { bodyText, bodyBase64, ...rest } = request;
    const body = bodyBase64 === undefined ? bodyText : new Uint8Array(Buffer.from(bodyBase64, "base64"));
    const answer = await access.fetch(
      requesterOf(toolId, c.req.raw),
      secretRef,
      { ...rest, ...(body !== undefined && { body }) },
      c.req.raw.signal,
    );
    return c.json(toJson(answer), 200, notStored);
  });
  app.notFound(() => refuse(new AppError("server.not-found")));
  app.onError(refuse);
  return app;
}

/** @throws `request.invalid` */
async function readBody<S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S>> {
  const isJson = /^application\/json(?:;|$)/.test(request.headers.get("content-type") ?? "");
  if (!isJson) throw new AppError("request.invalid", { field: "content-type", rule: "not-allowed" });
  return parseAs(schema, parseJson(await readText(request)));
}

/** Counts what comes, because a body may come without its length. @throws `request.invalid` */
async function readText({ body }: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytesLeft = maxBodyBytes;
  for await (const chunk of body ?? []) {
    bytesLeft -= chunk.byteLength;
    if (bytesLeft < 0) throw new AppError("request.invalid", { field: "body", rule: "too-long" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toJson(answer: BrokerResponse): ToolFetchResponse {
  if (!answer.ok) return answer;
  const { body, ...rest } = answer;
  return { ...rest, bodyBase64: Buffer.from(body).toString("base64") };
}

function refuse(error: unknown): Response {
  const data = toErrorData(error);
  return Response.json({ error: data }, { status: errorTable[data.code].status, headers: notStored });
}

import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import {
  type BrokerResponse,
  MAX_REQUEST_BYTES,
  ToolAccessRequest,
  ToolFetchRequest,
  type ToolFetchResponse,
  type ToolId,
  toolPaths,
} from "@latchkey/api-contracts/access";
import { AppError, errorTable, toErrorData } from "@latchkey/api-contracts/errors";
import { RequesterId } from "@latchkey/api-contracts/ids";
import { parseAs } from "@latchkey/api-contracts/parse";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type * as z from "zod";
import type { Access } from "./access.ts";

export type ToolRoutesOptions = Readonly<{
  access: Pick<Access, "requestAccess" | "fetch" | "requesterStopped">;
  /** The generation that serves now, with its token; `undefined` while none does. */
  serving: () => Promise<{ generation: number; token: string } | undefined>;
}>;

/** What JSON and base64 make of the largest request, with room for the rest of it. */
const maxBodyBytes = 2 * MAX_REQUEST_BYTES;

const digest = (text: string) => createHash("sha256").update(text).digest();

const notStored = { "cache-control": "no-store" };

/** The requester that a tool is. */
export const requesterOfTool = (toolId: ToolId) => RequesterId.parse(`tool:${toolId}`);

/**
 * The addresses at which the server process asks for its tools. Web pages are refused by their `Host` and `Origin`,
 * everyone else by the token of the generation that serves; what was given to an earlier generation ends with the first
 * request of the next one.
 *
 * **Shape** of every refusal: `{ error: ErrorData }`.
 */
export function createToolRoutes(options: ToolRoutesOptions & { port: () => number }): Hono {
  const { access, serving, port } = options;
  let known: { generation: number; requesters: Set<RequesterId> } = { generation: -1, requesters: new Set() };

  /** @throws `server.not-found`, `server.unauthorized` */
  async function admit(headers: Headers): Promise<void> {
    const host = headers.get("host")?.toLowerCase();
    if (host !== `127.0.0.1:${port()}` && host !== `localhost:${port()}`)
      throw new AppError("server.not-found");
    // A program sends none; a page in a browser cannot leave it out.
    if (headers.has("origin")) throw new AppError("server.unauthorized");
    const now = await serving();
    const expected = digest(`Bearer ${now?.token}`);
    const isItsOwn = timingSafeEqual(digest(headers.get("authorization") ?? ""), expected);
    if (!now || !isItsOwn) throw new AppError("server.unauthorized");
    if (now.generation === known.generation) return;
    for (const requesterId of known.requesters) access.requesterStopped(requesterId);
    known = { generation: now.generation, requesters: new Set() };
  }
  function requesterOf(toolId: ToolId): RequesterId {
    const requesterId = requesterOfTool(toolId);
    known.requesters.add(requesterId);
    return requesterId;
  }

  const app = new Hono();
  app.use(async (c, next) => {
    await admit(c.req.raw.headers);
    if (c.req.method !== "POST") return refuse(new AppError("server.not-found"));
    return await next();
  });
  app.use(
    bodyLimit({
      maxSize: maxBodyBytes,
      onError: () => refuse(new AppError("request.invalid", { field: "body", rule: "too-long" })),
    }),
  );
  app.post(toolPaths.requestAccess, async (c) => {
    const { toolId, ...asked } = await readBody(c.req.raw, ToolAccessRequest);
    return c.json(await access.requestAccess({ ...asked, requesterId: requesterOf(toolId) }), 200, notStored);
  });
  app.post(toolPaths.fetch, async (c) => {
    const { toolId, secretRef, request } = await readBody(c.req.raw, ToolFetchRequest);
    const { bodyText, bodyBase64, ...rest } = request;
    const body = bodyBase64 === undefined ? bodyText : new Uint8Array(Buffer.from(bodyBase64, "base64"));
    const answer = await access.fetch(
      requesterOf(toolId),
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

/** Opens these addresses on loopback, at a port that is free. */
export async function openToolListener(
  options: ToolRoutesOptions,
): Promise<{ port: number; [Symbol.asyncDispose]: () => Promise<void> }> {
  let port = 0;
  const routes = createToolRoutes({ ...options, port: () => port });
  const listener = getRequestListener(routes.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void listener(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not an address of TCP");
  port = address.port;
  return {
    port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** @throws `request.invalid` */
async function readBody<S extends z.ZodType>(request: Request, schema: S): Promise<z.output<S>> {
  const isJson = /^application\/json(?:;|$)/.test(request.headers.get("content-type") ?? "");
  if (!isJson) throw new AppError("request.invalid", { field: "content-type", rule: "not-allowed" });
  const body: unknown = await request.json().catch(() => undefined);
  return parseAs(schema, body);
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

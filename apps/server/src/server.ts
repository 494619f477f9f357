import { AppError, type ErrorCode, errorTable, toErrorData } from "@latchkey/api-contracts/errors";
import type { EnvironmentResponse } from "@latchkey/api-contracts/server";
import { FRONT_HEADER, serverPaths } from "@latchkey/api-contracts/server-names";
import { Hono } from "hono/tiny";
import type { ServerConfig } from "./config.ts";
import { createHostCheck, createTokenCheck } from "./guards.ts";
import { healthAnswer } from "./health.ts";

const NOT_STORED = { "cache-control": "no-store" };

function toResponse(error: unknown): Response {
  const data = toErrorData(error);
  return Response.json({ error: data }, { status: errorTable[data.code].status, headers: NOT_STORED });
}

/** @throws `request.invalid` */
async function readBody(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    throw new AppError("request.invalid", { field: "body", rule: "wrong-form" });
  }
}

const refuse = (code: ErrorCode) => toResponse(new AppError(code));

/**
 * The server's addresses: health open, everything else behind the token of this generation.
 * `config.port` is the port that clients name in their `Host` header.
 *
 * **Shape** of every refusal: `{ error: ErrorData }`.
 */
export function buildServer(config: ServerConfig): Hono {
  const { generation, names, secrets } = config;
  const isOwnHost = createHostCheck(config.port);
  const hasToken = createTokenCheck(config.token);
  const app = new Hono();

  app.use(async (c, next) => {
    if (!isOwnHost(c.req.header("host"))) return refuse("server.not-found");
    return await next();
  });
  for (const path of [serverPaths.ready, serverPaths.health]) {
    app.get(path, (c) => c.json(healthAnswer(config, path), 200, NOT_STORED));
  }
  app.use(async (c, next) =>
    hasToken(c.req.header("authorization")) ? next() : refuse("server.unauthorized"),
  );
  app.get(serverPaths.environment, (c) =>
    c.json<EnvironmentResponse>(
      {
        generation,
        names: names.map((name) => ({ name, isSet: secrets.has(name) })),
      },
      200,
      NOT_STORED,
    ),
  );
  app.post("/v1/checks/:kind", async (c) => {
    if (c.req.header(FRONT_HEADER) !== undefined) return refuse("server.not-found");
    // Loaded with the first check: no start waits for a protocol.
    const { answerCheck } = await import("./checks/answer-check.ts");
    const { signal } = c.req.raw;
    return c.json(
      await answerCheck(c.req.param("kind"), await readBody(c.req.raw), { secrets, signal }),
      200,
      NOT_STORED,
    );
  });
  app.notFound(() => refuse("server.not-found"));
  app.onError(toResponse);
  return app;
}

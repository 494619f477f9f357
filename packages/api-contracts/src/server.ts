import * as z from "zod";
import { EnvName, Generation } from "./ids.ts";

/** The control variables that a server process is started with, beside the mapped secrets. */
export const ServerEnv = z.object({
  LATCHKEY_SERVER_HOST: z.literal("127.0.0.1").default("127.0.0.1"),
  /** 0 lets the system choose a free port. */
  LATCHKEY_SERVER_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  LATCHKEY_SERVER_GENERATION: z.coerce.number().pipe(Generation),
  /** The bearer token of this generation. **Shape** 43 characters of base64url, 256 bits. */
  LATCHKEY_SERVER_TOKEN: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** Comes back in every health answer, so that an answer is known to be this incarnation's. */
  LATCHKEY_SERVER_NONCE: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  /** Where on `LATCHKEY_SERVER_HOST` the server asks on behalf of its tools; 0 when nobody is there to be asked. */
  LATCHKEY_SERVER_TOOLS_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  /** The mapped names, separated by commas; a name that is listed but not in the environment is not set. */
  LATCHKEY_SERVER_SECRET_NAMES: z
    .string()
    .default("")
    .transform((names) => (names === "" ? [] : names.split(",")))
    .pipe(z.array(EnvName)),
  /** `stdin`: end when standard input ends, which it does when the parent goes. `none`: the launcher sees to it. */
  LATCHKEY_SERVER_PARENT: z.enum(["stdin", "none"]).default("none"),
});
export type ServerEnv = z.infer<typeof ServerEnv>;

export const ServerAnnouncement = z.object({
  port: z.int().min(1).max(65_535),
  nonce: ServerEnv.shape.LATCHKEY_SERVER_NONCE,
});
export type ServerAnnouncement = z.infer<typeof ServerAnnouncement>;

/** `/healthz`, answered with 200 while the process can work and 503 while it cannot. */
export const HealthResponse = z.object({
  status: z.enum(["healthy", "unhealthy"]),
  generation: Generation,
  nonce: ServerEnv.shape.LATCHKEY_SERVER_NONCE,
});
export type HealthResponse = z.infer<typeof HealthResponse>;

/** `/readyz`, answered with 200 once start-up is done and 503 before. */
export const ReadyResponse = z.object({
  status: z.enum(["ready", "starting"]),
  generation: Generation,
  nonce: ServerEnv.shape.LATCHKEY_SERVER_NONCE,
});
export type ReadyResponse = z.infer<typeof ReadyResponse>;

/** `/v1/environment`: which mapped names are set in this generation, never the values. */
export const EnvironmentResponse = z.object({
  generation: Generation,
  names: z.array(z.object({ name: EnvName, isSet: z.boolean() })),
});
export type EnvironmentResponse = z.infer<typeof EnvironmentResponse>;

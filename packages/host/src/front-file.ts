import { rm } from "node:fs/promises";
import { join } from "node:path";
import { durableWrite, readOwnFile } from "@latchkey/secrets-core";
import * as z from "zod";

/** Where the server is found while this Latchkey runs, whichever generation serves, and the token that it asks for. */
export const FrontAddress = z.strictObject({
  version: z.literal(1),
  port: z.int().min(1).max(65_535),
  /** **Shape** 43 characters of base64url. */
  token: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** The process that wrote it: without it the address is an old one. */
  pid: z.int().min(1),
});
export type FrontAddress = z.infer<typeof FrontAddress>;

/**
 * Tells other programs of the same user where the server is, by `server-front.json` in the folder, with mode 0600.
 * The result takes the file away, unless another Latchkey has written its own by then.
 *
 * @throws as `durableWrite`
 */
export async function publishFront(
  folder: string,
  { port, token }: { port: number; token: string },
): Promise<() => Promise<void>> {
  const path = join(folder, "server-front.json");
  const text = `${JSON.stringify({ version: 1, port, token, pid: process.pid } satisfies FrontAddress)}\n`;
  await durableWrite(path, text);
  return async () => {
    if ((await readOwnFile(path)) === text) await rm(path, { force: true });
  };
}

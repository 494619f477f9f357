import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { AppError } from "@latchkey/api-contracts/errors";

const digest = (text: string) => createHash("sha256").update(text).digest();

/**
 * A check of who asks: a web page that reaches this address under a name of its own, and whoever has no token, are
 * refused as the server itself refuses them. It takes the same time whatever was sent.
 *
 * @throws `server.not-found` for a foreign host, `server.unauthorized` without the token
 */
export function createAccessCheck(options: {
  port: number;
  token: string;
  openPaths: readonly string[];
}): (request: IncomingMessage) => void {
  const hosts = new Set([`127.0.0.1:${options.port}`, `localhost:${options.port}`]);
  const expected = digest(`Bearer ${options.token}`);
  const isOpen = (path: string | undefined) => path !== undefined && options.openPaths.includes(path);
  return ({ headers, url }) => {
    if (!hosts.has(headers.host?.toLowerCase() ?? "")) throw new AppError("server.not-found");
    const hasToken = timingSafeEqual(digest(headers.authorization ?? ""), expected);
    if (!hasToken && !isOpen(url)) throw new AppError("server.unauthorized");
  };
}

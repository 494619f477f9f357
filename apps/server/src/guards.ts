import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string) => createHash("sha256").update(text).digest();

/** A check of the `Authorization` header that takes the same time whatever was sent. */
export function createTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(`Bearer ${token}`);
  return (authorization) => timingSafeEqual(digest(authorization ?? ""), expected);
}

/**
 * A check of the `Host` header: a web page that reaches this address under a name of its own is refused.
 *
 * @see https://owasp.org/www-community/attacks/DNS_Rebinding
 */
export function createHostCheck(port: number): (host: string | undefined) => boolean {
  const accepted = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  return (host) => host !== undefined && accepted.has(host.toLowerCase());
}

import { readFile } from "node:fs/promises";
import { extname, join, resolve, sep } from "node:path";
import { type Protocol, protocol } from "electron";

/** The host of the main window's page. */
export const MAIN_HOST = "latchkey";

/** The host of the page of a question: another origin, so that no page of ours can reach into another's. */
export const CONSENT_HOST = "consent";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/** The scheme of the code of extensions. */
export const EXTENSION_SCHEME = "latchkey-extension";

/** Must be called before the app is ready, and once. */
export function registerSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: "app", privileges: { standard: true, secure: true, codeCache: true } },
    { scheme: EXTENSION_SCHEME, privileges: { standard: true, secure: true } },
  ]);
}

/** Serves the renderer's folder, and nothing outside it, under `app://<host>/`. */
export function serveRenderer(
  folder: string,
  at: { host: string; protocol: Protocol } = { host: MAIN_HOST, protocol },
): void {
  at.protocol.handle("app", async (request) => {
    const { host, pathname } = new URL(request.url);
    const file = resolve(join(folder, decodeURIComponent(pathname)));
    const contentType = CONTENT_TYPES[extname(file)];
    if (host !== at.host || request.method !== "GET" || !file.startsWith(folder + sep) || !contentType) {
      return new Response(null, { status: 404 });
    }
    const content = await readFile(file).catch(() => undefined);
    if (!content) return new Response(null, { status: 404 });
    return new Response(new Uint8Array(content), {
      headers: {
        "content-type": contentType,
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "no-referrer",
      },
    });
  });
}

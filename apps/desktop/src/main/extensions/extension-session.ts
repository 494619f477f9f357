import { join } from "node:path/posix";
import { MAX_CALL_CHARACTERS } from "@latchkey/api-contracts/extensions";
import type { ExtensionId } from "@latchkey/api-contracts/ids";
import { type Session, session } from "electron";
import { EXTENSION_SCHEME } from "../app-protocol.ts";
import { denyPermissions } from "../window.ts";
import type { ExtensionFolder } from "./extension-folder.ts";
import pageScript from "./page/page.js?raw";
import workerScript from "./page/worker.js?raw";

/** Sent with each file, because a worker has that of its own script. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * A proxy that nobody listens at, for loopback too. Requests never come so far; WebRTC's TCP, which no request filter
 * and no content security policy sees, ends here.
 */
const NO_NETWORK = {
  mode: "fixed_servers",
  proxyRules: "http://127.0.0.1:1",
  proxyBypassRules: "<-loopback>",
} as const;

/** The origin of an extension. The last word keeps an id such as `a.1` from being read as a number. */
export function extensionOrigin(id: ExtensionId): string {
  return `${EXTENSION_SCHEME}://${id}.extension`;
}

/** The session of one extension: in memory, without network, serving the files that were read and no others. */
export async function openExtensionSession({ id, files, manifest }: ExtensionFolder): Promise<Session> {
  const own = session.fromPartition(`extension-${id}`);
  const origin = extensionOrigin(id);
  denyPermissions(own);
  own.setSpellCheckerEnabled(false);
  own.enableNetworkEmulation({ offline: true });
  await own.setProxy(NO_NETWORK);
  await own.clearStorageData();
  own.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !url.startsWith(`${origin}/`) }));
  own.on("will-download", (event) => event.preventDefault());
  if (own.protocol.isProtocolHandled(EXTENSION_SCHEME)) own.protocol.unhandle(EXTENSION_SCHEME);
  own.protocol.handle(EXTENSION_SCHEME, ({ url, method }) => {
    const { pathname } = new URL(url);
    const isOwn = method === "GET" && url.startsWith(`${origin}/`);
    const script = isOwn ? findScript(pathname) : undefined;
    if (script === undefined) return new Response(null, { status: 404 });
    return new Response(new Uint8Array(Buffer.from(script)), { headers: headersFor(pathname) });
  });
  return own;

  function findScript(pathname: string): string | Buffer | undefined {
    if (pathname === "/host/") return pageOf(`/code/${manifest.main}`);
    if (pathname === "/host/page.js") return pageScript;
    if (pathname === "/host/worker.js") return workerScript;
    const path = pathname.startsWith("/code/") ? pathname.slice("/code/".length) : "";
    return /\.m?js$/.test(path) && join(path) === path ? files.get(path) : undefined;
  }
}

function pageOf(main: string): string {
  return `<!doctype html><html lang="en" data-main="${main}" data-max-characters="${MAX_CALL_CHARACTERS}"><meta charset="utf-8"><title>Extension</title><script type="module" src="/host/page.js"></script></html>`;
}

function headersFor(pathname: string): Record<string, string> {
  return {
    "content-type": pathname === "/host/" ? "text/html; charset=utf-8" : "text/javascript; charset=utf-8",
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-dns-prefetch-control": "off",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
  };
}

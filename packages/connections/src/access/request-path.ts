import type { HttpAccess, HttpMethod } from "@latchkey/api-contracts/providers";

/** What a segment may be made of, before it is decoded: the characters of RFC 3986 without `;`. */
const segmentForm = /^(?:[A-Za-z0-9\-._~!$&'()*+,=:@]|%[0-9A-Fa-f]{2})*$/;

/** What must not come out of decoding: servers, proxies and frameworks each decode once more, or at another time. */
const decodedAway = /[/\\%;?#\p{C}]/u;

/** Nothing but dots and spaces: some systems drop them at the end of a name. */
const dotsOnly = /^[.\s]*$/u;

/**
 * Whether everyone on the way reads the path as the same list of names. Odd paths are refused, not put right, because
 * each server would put them right in its own way.
 */
function isPlainPath(path: string): boolean {
  if (!path.startsWith("/")) return false;
  const segments = path.slice(1).split("/");
  // A slash at the end leaves one empty segment, which a declared path has to have too.
  return segments.every((segment, at) => isPlainSegment(segment, at === segments.length - 1));
}

function isPlainSegment(segment: string, isLast: boolean): boolean {
  if (segment === "") return isLast;
  if (!segmentForm.test(segment)) return false;
  const decoded = decodeOnce(segment);
  if (decoded === undefined) return false;
  // Wide and other compatible forms of a dot or a slash become plain ones in some systems.
  return [decoded, decoded.normalize("NFKC")].every(
    (text) => !decodedAway.test(text) && !dotsOnly.test(text),
  );
}

function decodeOnce(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Whether a path is one that the pattern names; `*` stands at the end and for at least one character below. */
function matches(pattern: string, path: string): boolean {
  const star = pattern.indexOf("*");
  if (star === -1) return path === pattern;
  if (star !== pattern.length - 1) return false;
  const folder = pattern.slice(0, star).replace(/\/$/, "");
  return path.startsWith(`${folder}/`) && path.length > folder.length + 1;
}

/** Whether the provider declares a request with this method and path. */
export function isDeclared(http: Pick<HttpAccess, "allow">, method: HttpMethod, path: string): boolean {
  if (!isPlainPath(path)) return false;
  return http.allow.some(
    ({ methods, paths }) => methods.includes(method) && paths.some((pattern) => matches(pattern, path)),
  );
}

/**
 * The address of a connection; `undefined` for one that must not be sent to: another protocol than HTTP, a name or
 * password in it, a query, or a host that ends with a dot and so is another one to whoever compares names.
 */
export function parseAddress(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isHttp = url.protocol === "https:" || url.protocol === "http:";
  const isPlain = url.username === "" && url.password === "" && url.search === "" && url.hash === "";
  // What is shown of it must be all of it.
  const isShort = url.origin.length <= 200;
  const isHost = url.hostname !== "" && !url.hostname.endsWith(".");
  return isHttp && isPlain && isHost && isShort ? url : undefined;
}

export type Query = Readonly<Record<string, string | readonly string[]>>;

/** Where a declared path leads; `undefined` when the parser of URLs reads it otherwise than as it stands. */
export function urlOf(address: URL, path: string, query: Query = {}): URL | undefined {
  const whole = address.pathname.replace(/\/+$/, "") + path;
  const url = new URL(address.origin);
  url.pathname = whole;
  for (const [name, value] of Object.entries(query)) {
    for (const one of typeof value === "string" ? [value] : value) url.searchParams.append(name, one);
  }
  return url.pathname === whole && url.origin === address.origin ? url : undefined;
}

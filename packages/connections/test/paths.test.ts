import { HttpAccess } from "@latchkey/api-contracts/providers";
import { array, assert, asyncProperty, constantFrom, oneof, string, tuple } from "fast-check";
import { expect, test } from "vitest";
import { isDeclared, parseAddress, urlOf } from "../src/access/request-path.ts";
import { connectionTo, models, openai, openWorld } from "./support/access-world.ts";
import { serve } from "./support/servers.ts";

const http = HttpAccess.parse({
  baseUrl: { field: "base-url" },
  credential: { type: "none" },
  allow: [{ methods: ["GET"], paths: ["/models", "/repos/*"] }],
});

test.each([
  "/models",
  "/repos/acme",
  "/repos/acme/tool/",
  "/repos/acme/my%20tool",
  "/repos/acme/%C3%BC",
  "/repos/a.b/..c/...d",
  "/repos/models:generate",
])("%s is declared", (path) => {
  expect(isDeclared(http, "GET", path)).toBe(true);
});

test.each([
  "",
  "models",
  "/",
  "/models/",
  "/Models",
  "/%6dodels",
  "/modelsx",
  "/models/x",
  "/repos",
  "/repos/",
  "/repos//x",
  "//repos/x",
  "/repos/.",
  "/repos/..",
  "/repos/../admin",
  "/repos/..;/admin",
  "/repos/x;y=z",
  "/repos/%2e%2e/admin",
  "/repos/.%2E/admin",
  "/repos/%252e%252e/admin",
  "/repos/x%2fadmin",
  "/repos/x%5cadmin",
  "/repos/..\\admin",
  "/repos/..%20/admin",
  "/repos/%2e%20/admin",
  "/repos/%20/admin",
  "/repos/%00",
  "/repos/x%0d%0ahost:y",
  "/repos/%c0%ae%c0%ae/admin",
  "/repos/%EF%BC%8E%EF%BC%8E/admin",
  "/repos/%E2%80%A5/admin",
  "/repos/a%EF%BC%8Fb",
  "/repos/%E2%80%AE",
  "/repos/%",
  "/repos/%zz",
  "/repos/x?y",
  "/repos/x#y",
  "/repos/x%3Fy",
  "/repos/x%23y",
  "/repos/a b",
  "/repos/ü",
  "http://evil.example/repos/x",
  "//evil.example/repos/x",
])("%j is not declared", (path) => {
  expect(isDeclared(http, "GET", path)).toBe(false);
});

test("a star anywhere but at the end names nothing", () => {
  const odd = { allow: [{ methods: ["GET" as const], paths: ["/a/*/c", "/*/b"] }] };
  expect(["/a/b/c", "/a/*/c", "/a/b"].map((path) => isDeclared(odd, "GET", path))).toEqual([
    false,
    false,
    false,
  ]);
});

test("only the declared methods of a path are declared", () => {
  expect(isDeclared(http, "POST", "/models")).toBe(false);
});

test.each([
  ["https://api.example/v1/", "https://api.example/v1/models"],
  ["https://API.example:443", "https://api.example/models"],
  ["https://bücher.example/v1", "https://xn--bcher-kva.example/v1/models"],
  ["http://127.0.0.1:11434", "http://127.0.0.1:11434/models"],
  ["http://0x7f.1/", "http://127.0.0.1/models"],
])("the address %s leads to %s", (text, expected) => {
  const address = parseAddress(text);
  expect(address && urlOf(address, "/models")?.href).toBe(expected);
});

test.each([
  "ftp://api.example",
  "file:///etc/passwd",
  "https://user@api.example",
  "https://user:canary@api.example",
  "https://api.example.",
  "https://api.example/?a=b",
  "https://api.example/#a",
  "javascript:alert(1)",
  "api.example",
  `https://${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(20)}.example`,
])("%j is no address to send to", (text) => {
  expect(parseAddress(text)).toBeUndefined();
});

/** What paths are made of that fool whoever reads them in another way. */
const piece = oneof(
  constantFrom(
    "/",
    "//",
    ".",
    "..",
    "...",
    "%2e",
    "%2E",
    "%2f",
    "%2F",
    "%5c",
    "\\",
    "%252e",
    "%25",
    ";",
    "%3b",
    "?",
    "#",
    "@",
    ":",
    "*",
    "%00",
    "%0a",
    "%20",
    " ",
    "%c0%ae",
    "%EF%BC%8E",
    "%e2%80%a5",
    "repos",
    "models",
    "admin",
    "acme",
    "v1",
    "ü",
    "%C3%BC",
    "\t",
    "\r\n",
    "http://evil.example",
    "&",
    "=",
    "+",
    "~",
  ),
  string({ maxLength: 3, unit: "binary" }),
);
const harmless = constantFrom("acme", "tool", "v1", "a.b", "%20x", "%C3%BC", "x:y", "~", "...a");
const anyPath = oneof(
  tuple(array(harmless, { minLength: 1, maxLength: 3 }), array(piece, { maxLength: 1 })).map(
    ([names, odd]) => `/repos/${names.join("/")}${odd.join("")}`,
  ),
  tuple(constantFrom("/repos/", "/models", "/", ""), array(piece, { maxLength: 8 })).map(
    ([head, tail]) => head + tail.join(""),
  ),
  array(piece, { maxLength: 10 }).map((all) => all.join("")),
);

/** All ways in which a server may read a path, each until nothing changes any more. */
function readings(url: string): string[] {
  const path = url.split(/[?#]/)[0] ?? "";
  const decoders: ((text: string) => string)[] = [
    (text) => text,
    (text) => unescape(text),
    (text) => unescape(unescape(text)),
    (text) => unescape(text).normalize("NFKC"),
    (text) => Buffer.from(unescape(text), "latin1").toString().normalize("NFKC"),
  ];
  const cutters: ((text: string) => string)[] = [
    (text) => text,
    (text) => text.replaceAll("\\", "/"),
    (text) => text.replaceAll(/;[^/]*/g, ""),
    (text) => text.split("\0")[0] ?? "",
    (text) =>
      text
        .split("/")
        .map((name) => name.replace(/[. ]+$/, (end) => (end === ".." ? end : "")))
        .join("/"),
  ];
  return decoders.flatMap((decode) =>
    cutters.map(
      (cut) =>
        new URL(
          `http://h${cut(decode(path)).replaceAll(/\/+/g, "/").replaceAll("?", "%3F").replaceAll("#", "%23")}`,
        ).pathname,
    ),
  );
}

test("no path that the broker lets through leads outside of the declared ones, however the server reads it", async () => {
  const server = await serve((_, response) => response.end());
  const world = await openWorld({ limits: { uses: { count: 1e9, perMs: 1 } } });
  world.connections.set(openai, connectionTo(server.address, {}, http));
  const asking = world.access.requestAccess({ requesterId: models, connectionId: openai, reason: "Paths" });
  await world.person.answer("always");
  const response = await asking;
  if (!response.granted) throw new TypeError(response.reason);
  const { secretRef } = response;
  let tried = 0;
  await assert(
    asyncProperty(anyPath, async (path) => {
      tried += 1;
      server.seen.length = 0;
      const answer = await world.access.fetch(models, secretRef, { path });
      const sent = server.seen.map(({ url }) => url);
      expect(sent).toEqual(answer.ok ? [`/v1${path}`] : []);
      for (const reading of sent.flatMap(readings)) expect(reading).toMatch(/^\/v1\/(?:models$|repos\/.)/);
    }),
    { numRuns: 4_000 },
  );
  const reached = world.audit.filter(
    ({ action, outcome }) => action === "broker.fetch" && outcome === "done",
  ).length;
  console.log(`paths: ${tried} tried, ${reached} reached the server, 0 outside of the declared ones`);
  expect(reached).toBeGreaterThan(100);
});

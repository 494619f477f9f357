import { addressOf, isSecretField, shownFields } from "@latchkey/api-contracts/fields";
import { EnvName } from "@latchkey/api-contracts/ids";
import type { FieldValue, ProviderDefinition } from "@latchkey/api-contracts/providers";
import { expect, test } from "vitest";
import { builtInProviders } from "../providers/built-in/built-in-providers.ts";
import { checkOf, hostOf } from "./check-of.ts";

type Values = Readonly<Record<string, FieldValue>>;
const fingerprint = `SHA256:${"a".repeat(43)}`;

function provider(id: string): ProviderDefinition {
  const found = builtInProviders().find((definition) => definition.id === id);
  if (!found) throw new TypeError(id);
  return found;
}

/** Every secret field of the definition has a value, also those that the form does not show. */
function requestOf(id: string, values: Values) {
  const definition = provider(id);
  const secrets = definition.fields.filter(isSecretField);
  const names = new Map(
    secrets.map(({ name }) => [name, EnvName.parse(name.toUpperCase().replaceAll("-", "_"))] as const),
  );
  return checkOf(definition, values, names);
}

const server = { host: "files.example.com", username: "ada" };

test.each<[string, Values, unknown]>([
  [
    "sftp",
    server,
    {
      host: "files.example.com",
      port: 22,
      username: "ada",
      folder: ".",
      hostKey: null,
      secrets: { password: "PASSWORD" },
      timeoutMs: 10_000,
    },
  ],
  [
    "sftp",
    { ...server, port: 2_222, auth: "key", folder: "in", "host-key": `ssh-ed25519 ${fingerprint}` },
    {
      host: "files.example.com",
      port: 2_222,
      username: "ada",
      folder: "in",
      hostKey: { algorithm: "ssh-ed25519", sha256: fingerprint },
      secrets: { privateKey: "PRIVATE_KEY", passphrase: "PASSPHRASE" },
      timeoutMs: 10_000,
    },
  ],
  [
    "mcp-stdio",
    {
      command: "npx",
      args: ["-y", "server"],
      folder: "/srv",
      variables: { MODE: "test" },
      "token-variable": "GH_TOKEN",
    },
    {
      command: "npx",
      args: ["-y", "server"],
      folder: "/srv",
      variables: { MODE: "test" },
      secrets: { GH_TOKEN: "TOKEN" },
      timeoutMs: 10_000,
    },
  ],
  [
    "mcp-stdio",
    { command: "npx" },
    { command: "npx", args: [], variables: {}, secrets: { API_KEY: "TOKEN" }, timeoutMs: 10_000 },
  ],
  [
    "mcp-http",
    { url: "https://mcp.example.com/mcp" },
    { url: "https://mcp.example.com/mcp", secrets: { bearer: "TOKEN" }, timeoutMs: 10_000 },
  ],
  [
    "smtp",
    { host: "smtp.example.com", port: 587, security: "starttls", username: "ada" },
    {
      host: "smtp.example.com",
      port: 587,
      security: "starttls",
      username: "ada",
      secrets: { password: "PASSWORD" },
      timeoutMs: 10_000,
    },
  ],
  [
    "smtp",
    { host: "smtp.example.com" },
    {
      host: "smtp.example.com",
      port: 465,
      security: "tls",
      secrets: { password: "PASSWORD" },
      timeoutMs: 10_000,
    },
  ],
])("the form of %s with %j makes one request of its check", (id, values, request) => {
  expect(requestOf(id, values)).toEqual({ kind: id, request });
});

test("every built-in provider is tried by HTTP, or by a check that names each of its secrets", () => {
  const values: Record<string, Values> = {
    sftp: server,
    "mcp-stdio": { command: "npx" },
    "mcp-http": { url: "https://mcp.example.com" },
    smtp: { host: "smtp.example.com" },
  };
  const tried = builtInProviders().map((definition) => {
    const { id, test: declared } = definition;
    const kind = "noTest" in declared ? "none" : declared.kind;
    const check = requestOf(id, values[id] ?? {});
    const named = Object.values(check?.request.secrets ?? {}).filter((name) => name !== undefined);
    const shown = shownFields(definition, values[id] ?? {}).filter(isSecretField);
    return [id, kind, check?.kind, kind === "http" || named.length === shown.length];
  });
  expect(tried).toEqual([
    ["openai", "http", undefined, true],
    ["anthropic", "http", undefined, true],
    ["openrouter", "http", undefined, true],
    ["openai-compatible", "http", undefined, true],
    ["ollama", "http", undefined, true],
    ["github", "http", undefined, true],
    ["http", "http", undefined, true],
    ["sftp", "sftp", "sftp", true],
    ["mcp-stdio", "mcp-stdio", "mcp-stdio", true],
    ["mcp-http", "mcp-http", "mcp-http", true],
    ["smtp", "smtp", "smtp", true],
  ]);
});

test.each<[string, Values]>([
  ["sftp", { username: "ada" }],
  ["smtp", { host: "smtp.example.com", port: "465" }],
  ["sftp", { ...server, "host-key": "ssh-ed25519 SHA256:short" }],
  ["mcp-stdio", {}],
  ["mcp-stdio", { command: "npx", variables: { "not a name": "x" } }],
  ["mcp-http", { url: "file:///etc/passwd" }],
  ["smtp", {}],
])("no check is made of %s with %j", (id, values) => {
  expect(requestOf(id, values)).toBeUndefined();
});

test("secrets that were left empty are not named", () => {
  const values = { ...server, auth: "key" };
  const names = new Map([["private-key", EnvName.parse("KEY")]]);
  expect(checkOf(provider("sftp"), values, names)?.request.secrets).toEqual({ privateKey: "KEY" });
  expect(checkOf(provider("mcp-stdio"), { command: "npx" }, new Map())?.request.secrets).toEqual({});
});

test.each<[string, Values, Values, boolean]>([
  ["sftp", server, { ...server, username: "bob", folder: "in" }, true],
  ["sftp", server, { ...server, host: "FILES.example.com", "host-key": `ssh-rsa ${fingerprint}` }, true],
  ["sftp", server, { ...server, host: "evil.example.com" }, false],
  ["sftp", server, { ...server, port: 23 }, false],
  ["mcp-http", { url: "https://a.example/mcp" }, { url: "https://a.example/other" }, false],
  ["mcp-stdio", { command: "npx", args: ["a"] }, { command: "npx", args: ["a"] }, true],
  ["mcp-stdio", { command: "npx", args: ["a"] }, { command: "npx", args: ["b"] }, false],
  ["mcp-stdio", { command: "npx" }, { command: "npx", variables: { PATH: "/evil" } }, false],
  ["mcp-stdio", { command: "npx" }, { command: "npx", folder: "/evil" }, false],
  ["smtp", { host: "a.example" }, { host: "a.example", username: "ada" }, true],
  ["smtp", { host: "a.example" }, { host: "b.example" }, false],
  ["openai", {}, { "base-url": "https://API.openai.com/v2", model: "m" }, true],
  ["openai", {}, { "base-url": "https://evil.example/v1" }, false],
  ["http", { "base-url": "http://a.example/" }, { "base-url": "http://a.example:80/b", auth: "basic" }, true],
  ["http", { "base-url": "http://a.example/" }, { "base-url": "https://a.example/" }, false],
  ["openai", { "base-url": "no address" }, { "base-url": "another" }, false],
])("of %s, %j and %j are one address: %j", (id, one, other, isSame) => {
  const [a, b] = [one, other].map((values) => addressOf(provider(id), values));
  expect(a === b).toBe(isSame);
});

test.each<[string, Values, string | undefined]>([
  ["sftp", server, "files.example.com:22"],
  ["sftp", { ...server, host: "::1" }, "[::1]:22"],
  ["smtp", { host: "почта.example" }, "xn--80a1acny.example:465"],
  ["mcp-http", { url: "https://a.example/mcp?x=1" }, "a.example"],
  ["mcp-stdio", { command: "npx" }, undefined],
])("the log names the host of %s with %j", (id, values, host) => {
  const check = requestOf(id, values);
  expect(check && hostOf(check)).toBe(host);
});

import type { DeliveringProvider } from "../../store/delivery.ts";

/** A provider whose secrets go to the server; `env` has the further variables that a person can opt in to, by field. */
function toServer(env: Readonly<Record<string, string>> = {}): DeliveringProvider {
  return { deliver: "server-env", fields: Object.entries(env).map(([name, env]) => ({ name, env })) };
}

/**
 * What of the built-in definitions decides on the secrets of connections, for a reader that loads no validator. A test
 * holds it equal to the definitions.
 */
export const deliveringProviders: ReadonlyMap<string, DeliveringProvider> = new Map([
  ["openai", toServer({ "api-key": "OPENAI_API_KEY" })],
  ["anthropic", toServer({ "api-key": "ANTHROPIC_API_KEY" })],
  ["openrouter", toServer({ "api-key": "OPENROUTER_API_KEY" })],
  ["openai-compatible", toServer()],
  ["ollama", toServer()],
  ["github", toServer({ token: "GITHUB_TOKEN" })],
  ["http", toServer()],
  ["sftp", toServer()],
  ["mcp-stdio", toServer()],
  ["mcp-http", toServer()],
  ["smtp", toServer()],
]);

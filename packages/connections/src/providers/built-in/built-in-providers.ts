import { ProviderDefinition } from "@latchkey/api-contracts/providers";
import { anthropic, ollama, openAiCompatible, openai, openrouter } from "./llm.ts";
import { mcpHttp, mcpStdio, sftp } from "./servers.ts";
import { github, httpApi, smtp } from "./web.ts";
import type { WrittenProvider } from "./written-provider.ts";

/** In the order of the gallery. */
const written: readonly WrittenProvider[] = [
  openai,
  anthropic,
  openrouter,
  openAiCompatible,
  ollama,
  github,
  httpApi,
  sftp,
  mcpStdio,
  mcpHttp,
  smtp,
];

let read: readonly ProviderDefinition[] | undefined;

/**
 * The providers that Latchkey brings itself, with their defaults filled in. Read when they are first asked for: many a
 * command never needs them.
 */
export function builtInProviders(): readonly ProviderDefinition[] {
  return (read ??= written.map((definition) => ProviderDefinition.parse(definition)));
}

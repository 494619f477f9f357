import type { ProviderDefinition } from "@latchkey/api-contracts/providers";
import { anthropic, ollama, openAiCompatible, openai, openrouter } from "./llm.ts";
import { mcpHttp, mcpStdio, sftp } from "./servers.ts";
import { github, httpApi, smtp } from "./web.ts";

/** The providers that Latchkey brings itself, in the order of the gallery. */
export const builtInProviders: readonly ProviderDefinition[] = [
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

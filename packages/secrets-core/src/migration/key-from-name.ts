import { SecretKey } from "@latchkey/api-contracts/ids";
import { segmentFromId } from "../env/segment-from-id.ts";
import type { SourceItem } from "./migration-source.ts";

/** What the last part of a variable's name says the secret is; of two that fit, the longer counts. */
const fields = [
  "API_KEY",
  "ACCESS_KEY",
  "ACCESS_TOKEN",
  "AUTH_TOKEN",
  "BOT_TOKEN",
  "CLIENT_SECRET",
  "SECRET_KEY",
]
  .concat("PRIVATE_KEY", "REFRESH_TOKEN", "TOKEN", "PASSWORD", "PASSPHRASE", "SECRET", "USERNAME", "KEY")
  .toSorted((a, b) => b.length - a.length);

/** Names that the mapping itself gives, with the namespace they come from. */
const derived = [
  ["PROVIDER_", "provider"],
  ["SFTP_", "sftp"],
  ["MCP_SYSTEM_", "mcp.system"],
  ["MCP_EXT_", "mcp.ext"],
] as const;

/** Providers whose own programs look for `<NAME>_<FIELD>`. */
const providers = new Set(
  [
    "anthropic",
    "cohere",
    "deepseek",
    "gemini",
    "github",
    "gitlab",
    "groq",
    "huggingface",
    "mistral",
    "openai",
  ].concat(["openrouter", "perplexity", "slack", "together", "xai"]),
);

/**
 * The key that is suggested for a variable of a dotenv file:
 *
 * 1. a name that the mapping gives, such as `PROVIDER_OPENAI_API_KEY`, gets the key it belongs to;
 * 2. the name of a known provider and of a field, such as `OPENAI_API_KEY`, gets `provider.openai.api-key`; the
 *    former name is then an alias to opt in to;
 * 3. any other name gets `install.<name>` and stays the variable's name.
 */
export function keyFromName(name: string): SourceItem {
  for (const [prefix, namespace] of derived) {
    const found = name.startsWith(prefix) && splitField(name.slice(prefix.length));
    if (found) return { name, key: `${namespace}.${found.id}.${found.field}` };
  }
  const found = splitField(name);
  if (found && providers.has(found.id)) return { name, key: `provider.${found.id}.${found.field}` };
  const envName = name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
  return { name, key: `install.${segmentFromId(dashed(name))}`, envName };
}

function splitField(name: string): { id: string; field: string } | undefined {
  const field = fields.find((field) => name.endsWith(`_${field}`));
  if (field === undefined) return undefined;
  const split = { id: dashed(name.slice(0, -field.length - 1)), field: dashed(field) };
  return SecretKey.safeParse(`provider.${split.id}.${split.field}`).success ? split : undefined;
}

function dashed(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}

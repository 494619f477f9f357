import { type CauseClass, causeOfStatus } from "@latchkey/api-contracts/connection-test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPError } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { ListToolsResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { causeOfNetwork, errorChain, textOf } from "./cause-of-network.ts";
import type { CheckContext, Findings } from "./check.ts";

const MAX_TOOLS = 200;

/**
 * Greets an MCP server and reads the names of its tools, page by page. Nothing of what it answers is compiled or
 * called.
 */
export async function readTools(transport: Transport, context: CheckContext): Promise<Findings> {
  context.begin("initialize");
  const client = new Client({ name: "latchkey", version: "0.0.0" });
  await client.connect(transport);
  if (!client.getServerCapabilities()?.tools) return { tools: [] };
  context.begin("list-tools");
  const tools: string[] = [];
  let cursor: string | undefined;
  do {
    // Not `client.listTools`, which would compile the schemas of a foreign server.
    const params = cursor === undefined ? {} : { cursor };
    const page = await client.request({ method: "tools/list", params }, ListToolsResultSchema);
    tools.push(...page.tools.map((tool) => tool.name));
    cursor = page.nextCursor;
  } while (cursor !== undefined && tools.length < MAX_TOOLS);
  return { tools: tools.slice(0, MAX_TOOLS) };
}

/** The cause of what the MCP SDK, its transports or `spawn` throw. */
export function causeOfMcp(error: unknown): CauseClass {
  for (const link of errorChain(error)) {
    if (link instanceof StreamableHTTPError && link.code !== undefined && link.code > 0)
      return causeOfStatus(link.code);
    if (textOf(link, "syscall").startsWith("spawn")) return "spawn";
  }
  return causeOfNetwork(error) ?? "protocol";
}

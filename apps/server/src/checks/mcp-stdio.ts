import type { McpStdioCheck } from "@latchkey/api-contracts/connection-test";
import type { CheckModule } from "./check.ts";
import { launchMcpServer } from "./mcp-program.ts";
import { causeOfMcp, readTools } from "./mcp-tools.ts";

/** What a program needs to find others and its own settings. @see the allow-list of a server process */
const INHERITED = ["PATH", "HOME", "LANG", "TMPDIR", "TZ"];
const INHERITED_ON_WINDOWS = ["PATH", "SystemRoot", "ComSpec", "windir", "TEMP", "USERPROFILE", "APPDATA"];

/** Starts an MCP server, asks it for its tools, and ends it with all that it started. */
export const mcpStdio: CheckModule<McpStdioCheck> = {
  steps: ["spawn", "initialize", "list-tools"],
  causeOf: causeOfMcp,
  async run(request, context) {
    context.begin("spawn");
    const named = Object.entries(request.secrets).map(([name, ours]) => [name, context.secret(ours)]);
    const program = launchMcpServer({
      command: request.command,
      args: request.args,
      folder: request.folder,
      env: { ...inherited(), ...request.variables, ...Object.fromEntries(named) },
    });
    context.onDetails(program.lastLines);
    context.onEnd(program.end);
    await program.started;
    return await Promise.race([program.failed, readTools(program.transport, context)]);
  },
};

function inherited(): Record<string, string> {
  const names = process.platform === "win32" ? INHERITED_ON_WINDOWS : INHERITED;
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

import { createNodeLauncher, createSupervisor } from "@latchkey/supervisor";

/** Runs the program with one secret, asks it which names it has, and stops it again. */
export async function askServer(program: string): Promise<unknown> {
  const supervisor = createSupervisor({
    launcher: createNodeLauncher({ command: process.execPath, args: [program] }),
    redact: (line) => line.replaceAll("canary-openai", "[secret]"),
    onAudit: (entry) => process.stdout.write(`${entry.action} ${entry.generation}\n`),
  });
  await supervisor.apply({
    env: { PROVIDER_OPENAI_API_KEY: "canary-openai" },
    reason: { kind: "app-start", keys: [] },
  });
  const response = await supervisor.request("/v1/environment");
  await supervisor.stop({ kind: "person", keys: [] });
  return await response.json();
}

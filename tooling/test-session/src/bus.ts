import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Guard } from "./guard.ts";
import { readFirstLine, startProgram } from "./start-program.ts";

const run = promisify(execFile);

/**
 * A session bus that offers what is started on it and nothing else: without service folders it activates nothing. Its
 * limits are those of a desktop's session bus, without which secret-tool cannot list some hundred entries.
 */
const configuration = (socket: string) => `<busconfig>
  <type>session</type>
  <listen>unix:path=${escapeAddress(socket)}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_match_rules_per_connection">50000</limit>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
`;

/** Starts a private session bus and returns its address when it listens. */
export async function startBus(
  folders: { root: string; runtime: string },
  env: NodeJS.ProcessEnv,
  guard: Guard,
) {
  const file = join(folders.root, "bus.conf");
  await writeFile(file, configuration(join(folders.runtime, "bus")));
  const program = startProgram("dbus-daemon", [`--config-file=${file}`, "--nofork", "--print-address=1"], {
    env,
    guard,
  });
  return readFirstLine(program, 1);
}

/** Returns when something owns the name on the session bus of `env`. */
export async function waitForName(name: string, env: NodeJS.ProcessEnv): Promise<void> {
  await run("gdbus", ["wait", "--session", "--timeout", "20", name], { env });
}

/** Calls a method on the session bus of `env`; arguments and result are in GVariant text form. */
export async function callMethod(
  target: { destination: string; path: string; method: string },
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const { destination, path, method } = target;
  const words = [
    "call",
    "--session",
    "--dest",
    destination,
    "--object-path",
    path,
    "--method",
    method,
    ...args,
  ];
  return (await run("gdbus", words, { env })).stdout;
}

/** Escapes a path for a D-Bus address: all but a few characters become `%` and two hexadecimal digits. */
function escapeAddress(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9_/.-]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}

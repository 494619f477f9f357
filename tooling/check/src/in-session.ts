import { spawn } from "node:child_process";
import { once } from "node:events";
import { startTestSession } from "@latchkey/test-session";

/**
 * `node src/in-session.ts <program> [arguments]`: runs a program in a test session with an unlocked keyring and a
 * display, and ends with its exit code. Without Linux there is no such session, and the program runs in the real one.
 */
const [program = "", ...args] = process.argv.slice(2);
if (process.platform === "linux") {
  await using session = await startTestSession({ keyring: "unlocked", display: true });
  process.exitCode = await runToEnd(session.env);
} else {
  process.exitCode = await runToEnd(process.env);
}

async function runToEnd(env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program, args, { env, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, "exit");
  return typeof code === "number" ? code : 1;
}

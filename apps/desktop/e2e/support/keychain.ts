import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { TestSession } from "@latchkey/test-session";

const run = promisify(execFile);

/** The accounts that `secret-tool` sees under our service name, sorted. */
export async function keychainAccounts({ env }: TestSession): Promise<string[]> {
  const { stdout, stderr } = await run("secret-tool", ["search", "--all", "service", "latchkey"], { env });
  const accounts = `${stdout}\n${stderr}`.matchAll(/^attribute\.(?:username|account) = (.+)$/gm);
  return [...accounts].map(([, account]) => account ?? "").toSorted();
}

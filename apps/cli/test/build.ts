import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Builds the command that the tests drive. */
export async function setup(): Promise<void> {
  const folder = join(import.meta.dirname, "..");
  const rolldown = join(folder, "node_modules", ".bin", "rolldown");
  await promisify(execFile)(rolldown, ["-c", "rolldown.config.ts"], { cwd: folder });
}

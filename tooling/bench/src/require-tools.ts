import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A program that a peer is built with, or is; it is there when this call of it ends well. */
export type Tool = readonly [program: string, args: readonly string[], aptPackage: string];

/** @throws Error that says in one sentence what to install for a bench */
export async function requireTools(bench: string, tools: readonly Tool[]): Promise<void> {
  const missing: string[] = [];
  for (const [program, args, aptPackage] of tools) {
    await run(program, [...args]).catch(() => missing.push(aptPackage));
  }
  if (missing.length === 0) return;
  throw new Error(`The bench ${bench} needs: sudo apt-get install -y ${missing.join(" ")}`);
}

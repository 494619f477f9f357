import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";

/** The root of the checkout. */
export const root = join(import.meta.dirname, "..", "..", "..");

/** Runs a program of this package or of the workspace to its end. @throws Error with all that it wrote */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const tools = [join(import.meta.dirname, "..", "node_modules", ".bin"), join(root, "node_modules", ".bin")];
  const path = [...tools, process.env["PATH"] ?? ""].join(delimiter);
  const options = { cwd, env: { ...process.env, PATH: path, NO_COLOR: "1" } };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${[program, ...args].join(" ")}\n${stdout}${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
}
